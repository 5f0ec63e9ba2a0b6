using System.Globalization;
using NMoE.Cli.Tests.StrangeInput;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Tests.Running;

/// <summary>A run's events, by the command that goes through it once more. What is expected stands in the run's own ledger, which counts every message.</summary>
[Collection(OneProcess.Name)]
public sealed class ReplayedRunTests : IDisposable
{
    private readonly RehearsedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Every_message_is_told_from_its_sending_to_its_end()
    {
        var run = _sample.Go();
        var ledger = RunReader.Read(run).Ledger;
        var lines = Lines(run);
        Assert.Contains(ledger, entry => entry.MessagesLost > 0);
        Assert.Contains(ledger, entry => entry.MessagesDuplicated > 0);
        Assert.Equal(ledger.Sum(entry => entry.Messages + entry.MessagesDuplicated), lines.Count(line => Of(line, '>')));
        Assert.Equal(ledger.Sum(entry => entry.MessagesDelivered), lines.Count(line => Of(line, '<')));
        Assert.Equal(ledger.Sum(entry => entry.MessagesLost), lines.Count(line => Of(line, 'x')));
        Assert.Contains(lines, line => line.Contains("! drop", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("~ timer ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("! lost: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("= extractor 2 ended", StringComparison.Ordinal));
        double[] times = [.. lines.Select(line => double.Parse(line.AsSpan(0, 18), CultureInfo.InvariantCulture))];
        Assert.Equal(times.Order(), times);

        var some = Lines(run, "--from", "1s", "--until", "60s", "--device", "client-1");
        Assert.Equal(lines.Where((line, number) => times[number] is >= 1 and <= 60 && line.Contains("client-1 ", StringComparison.Ordinal)), some);

        var file = _sample.Command("export", run, "--to", "events", "--out", "out");
        Assert.Equal(lines, File.ReadAllLines(Path.Combine(_sample.Place, file.Output.Trim()))[1..]);
    }

    [Theory]
    [InlineData("traceHash", "00", 5, "another trace")]
    [InlineData("configHash", "00", 4, "has changed since")]
    [InlineData("world", "simulated", 4, "the store does not remember its job")]
    public void A_run_that_is_another_now_is_refused_and_leaves_no_file(string member, string value, int code, string said)
    {
        var run = _sample.Go();
        RehearsedSample.Change(run, member, value);
        var ended = _sample.Command("export", run, "--to", "events", "--out", "out");
        Assert.Equal(code, ended.Code);
        Assert.Contains(said, ended.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_sample.Place, "out")));
    }

    private static bool Of(string line, char sign) => line.Contains($"  {sign} ", StringComparison.Ordinal);

    private string[] Lines(string run, params string[] chosen)
    {
        var ended = _sample.Command(["export", run, "--to", "events", .. chosen]);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        return ended.Output.TrimEnd('\n').Split('\n')[1..];
    }
}
