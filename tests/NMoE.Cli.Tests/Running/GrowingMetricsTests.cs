using System.Globalization;
using System.Text;
using NMoE.Cli.Running;
using NMoE.Cli.Tests.StrangeInput;
using NMoE.Federation.Configuration;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Files;
using NMoE.Reporting.Runs;
using Spectre.Console;

namespace NMoE.Cli.Tests.Running;

/// <summary>What a run shows of its rounds while it goes on and after it was stopped. It is looked at whenever a line of progress is written, which follows the round that it tells of.</summary>
[Collection(OneProcess.Name)]
public sealed class GrowingMetricsTests : IDisposable
{
    private const string Begun = "{\"line\":\"unfinished\",\"status\":\"running\"}\n";
    private const int Rounds = 6;
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Rounds_are_there_and_marked_while_a_run_goes_on_and_the_finished_folder_holds_nothing_of_it()
    {
        var seen = new List<string>();

        var done = Go(seen.Add, CancellationToken.None);

        // Four rounds of the extractor and two of the gate. Accuracy may come with the round, or in a line of its own afterwards.
        Assert.Equal(Enumerable.Range(1, Rounds), seen.Select(RoundsIn));
        Assert.All(seen, text => Assert.StartsWith(Begun + "{\"line\":\"round\",\"stage\":\"extractor\",\"round\":1,", text, StringComparison.Ordinal));
        Assert.All(seen, text => Assert.EndsWith("}\n", text, StringComparison.Ordinal));
        Assert.Equal([done.Folder], Directory.GetDirectories(_place.PathOf("runs")));
        var lines = File.ReadAllBytes(Path.Combine(done.Folder, RunFiles.Metrics));
        Assert.Equal(CanonicalForm.Metrics(done.Report), lines);
        Assert.DoesNotContain("unfinished", Encoding.UTF8.GetString(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_run_keeps_its_rounds_marked_interrupted_can_be_drawn_and_begins_the_file_anew()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Go(
            text =>
            {
                if (RoundsIn(text) == 3)
                    stop.Cancel();
            },
            stop.Token));

        var folder = Assert.Single(Directory.GetDirectories(_place.PathOf("runs")));
        Assert.EndsWith(RunFolder.UnfinishedEnding, folder, StringComparison.Ordinal);
        var kept = File.ReadAllText(Path.Combine(folder, RunFiles.Metrics));
        Assert.StartsWith(Begun, kept, StringComparison.Ordinal);
        Assert.EndsWith("{\"line\":\"unfinished\",\"status\":\"interrupted\"}\n", kept, StringComparison.Ordinal);
        var before = Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

        var ended = InProcess.Run(_place.Path, "plot", folder);

        Assert.Equal((0, FormattableString.Invariant($"{folder} is unfinished: {RoundsIn(kept)} rounds so far\n")), (ended.Code, ended.Error));
        Assert.Contains("figures/loss-rounds.svg\n", ended.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_place.PathOf("figures/loss-rounds.png")));
        Assert.Equal(before, Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));

        var seen = new List<string>();
        var done = Go(seen.Add, CancellationToken.None);
        Assert.Equal(1, RoundsIn(seen[0]));
        Assert.DoesNotContain("interrupted", seen[0], StringComparison.Ordinal);
        Assert.Equal([done.Folder], Directory.GetDirectories(_place.PathOf("runs")));
    }

    private static int RoundsIn(string text) => text.Split('\n').Where(line => line.StartsWith("{\"line\":\"round\"", StringComparison.Ordinal))
        .Select(line => line[..line.IndexOf("\"virtualSeconds\"", StringComparison.Ordinal)]).Distinct().Count();

    private FinishedRun Go(Action<string> look, CancellationToken cancellation)
    {
        using var lines = new Lines(() =>
        {
            var folders = Directory.Exists(_place.PathOf("runs")) ? Directory.GetDirectories(_place.PathOf("runs"), "*" + RunFolder.UnfinishedEnding) : [];
            look(File.ReadAllText(Path.Combine(Assert.Single(folders), RunFiles.Metrics)));
        });
        return new ExperimentRun(
            ExperimentReader.Read("it.conf", [$"compute.store.path={_place.PathOf("store")}"], _ => Experiments.Small),
            _place.PathOf("runs"), new ConsoleView(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(lines) }))).Go(cancellation);
    }

    /// <summary>Calls at each line of progress of a round.</summary>
    private sealed class Lines(Action atRound) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void WriteLine(string? value)
        {
            if (value?.Contains("  extractor ", StringComparison.Ordinal) == true || value?.Contains("  gate ", StringComparison.Ordinal) == true)
                atRound();
        }
    }
}
