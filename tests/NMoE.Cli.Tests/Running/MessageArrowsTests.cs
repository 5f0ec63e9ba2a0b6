using System.Text.Json.Nodes;
using NMoE.Cli.Tests.StrangeInput;
using NMoE.Federation.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Tests.Running;

/// <summary>The arrows of a run's trace for Perfetto, by the command. What is expected stands in the run's own ledger, which counts every message.</summary>
[Collection(OneProcess.Name)]
public sealed class MessageArrowsTests : IDisposable
{
    private readonly RehearsedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Every_message_has_one_arrow_whose_ends_lie_in_slices_of_its_devices()
    {
        var run = _sample.Go();
        var ledger = RunReader.Read(run).Ledger;
        var ended = _sample.Command("export", run, "--to", "chrome-trace");
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        var events = Events(ended.Output.Trim());

        Assert.Equal(Sums(ledger, entry => (entry.Messages + entry.MessagesDuplicated, entry.Sent + entry.Duplicated)), Sums(events, "sent"));
        Assert.Equal(Sums(ledger, entry => (entry.MessagesDelivered, entry.Delivered)), Sums(events, "arrived"));
        Assert.Equal(Sums(ledger, entry => (entry.MessagesLost, entry.Lost)), Sums(events, "lost"));
        Assert.Equal(ledger.Sum(entry => entry.Retransmitted), events.Where(one => Is(one, "X", "arrived") || Is(one, "X", "lost")).Sum(one => one["args"]!["sentAgain"]!.GetValue<long>()));
        var devices = events.Where(one => Text(one, "name") == "process_name").ToDictionary(one => one["pid"]!.GetValue<int>(), one => Text(one["args"]!, "name"));
        Assert.Equal(
            ledger.Where(entry => entry.Delivered > 0).Select(entry => (entry.From, entry.To)).Distinct().Order(),
            events.Where(one => Is(one, "X", "arrived")).Select(one => (Text(one["args"]!, "peer"), devices[one["pid"]!.GetValue<int>()])).Distinct().Order());

        var from = events.Index().Where(one => Text(one.Item, "ph") == "s").ToDictionary(one => one.Item["id"]!.GetValue<long>());
        var to = events.Index().Where(one => Text(one.Item, "ph") == "f").ToDictionary(one => one.Item["id"]!.GetValue<long>());
        Assert.Equal(from.Keys.Order(), to.Keys.Order());
        Assert.All(from, arrow => Assert.True(Time(arrow.Value.Item) <= Time(to[arrow.Key].Item)));
        Assert.All(from.Values.Concat(to.Values), end => Assert.True(Binds(events[end.Index - 1], end.Item)));
        Assert.All(events.Where(one => Text(one, "ph") == "X").GroupBy(one => (one["pid"]!.GetValue<int>(), one["tid"]!.GetValue<int>())), track => Assert.True(IsOneAfterTheOther([.. track])));
    }

    /// <summary>Who cannot go through the run again gets what its folder holds, and is told.</summary>
    [Fact]
    public void A_run_that_is_another_now_has_a_trace_of_what_was_recorded()
    {
        var run = _sample.Go();
        var written = File.ReadAllText(Path.Combine(run, "manifest.json"));
        foreach (var (member, value, said) in new[] { ("traceHash", "00", "another trace"), ("world", "live", "a live run"), ("world", "simulated", "the store does not remember its job") })
        {
            File.WriteAllText(Path.Combine(run, "manifest.json"), written);
            RehearsedSample.Change(run, member, value);
            var ended = _sample.Command("export", run, "--to", "chrome-trace");
            Assert.Equal(0, ended.Code);
            Assert.Contains(said, ended.Error, StringComparison.Ordinal);
            Assert.Contains("not one of every message", ended.Error, StringComparison.Ordinal);
            var events = Events(ended.Output.Trim());
            Assert.Contains(events, one => Text(one, "ph") == "s");
            Assert.DoesNotContain(events, one => Is(one, "X", "sent"));
        }
    }

    private static JsonObject[] Events(string path) => [.. JsonNode.Parse(File.ReadAllText(path))!["traceEvents"]!.AsArray().Select(one => one!.AsObject())];

    private static IEnumerable<(string Stage, string Kind, long Messages, long Bytes)> Sums(IEnumerable<LedgerRecord> ledger, Func<LedgerRecord, (long Messages, long Bytes)> count) =>
        from entry in ledger
        group count(entry) by (entry.Stage, entry.Kind) into kind
        where kind.Any(one => one.Messages > 0)
        orderby kind.Key
        select (kind.Key.Stage, kind.Key.Kind, kind.Sum(one => one.Messages), kind.Sum(one => one.Bytes));

    /// <summary>A trace's stage has a round behind it, and a copy's kind says so.</summary>
    private static IEnumerable<(string Stage, string Kind, long Messages, long Bytes)> Sums(JsonObject[] events, string category) =>
        from one in events
        where Is(one, "X", category)
        group one["args"]!["bytes"]!.GetValue<long>() by (Text(one["args"]!, "stage").Split(' ')[0], Text(one, "name").Split(' ')[0]) into kind
        orderby kind.Key
        select (kind.Key.Item1, kind.Key.Item2, kind.LongCount(), kind.Sum());

    /// <summary>An arrow belongs to the slice before it: at the same place and time, for the same message.</summary>
    private static bool Binds(JsonObject slice, JsonObject end) =>
        Text(slice, "ph") == "X" && new[] { "pid", "tid", "ts", "name" }.All(member => JsonNode.DeepEquals(slice[member], end[member])) && (Text(end, "ph") == "s") == (Text(slice, "cat") == "sent");

    private static bool IsOneAfterTheOther(JsonObject[] track)
    {
        var ordered = track.OrderBy(Time).ToArray();
        return ordered.Zip(ordered.Skip(1)).All(two => Time(two.First) + two.First["dur"]!.GetValue<double>() <= Time(two.Second) + 1e-3);
    }

    private static bool Is(JsonObject one, string phase, string category) => Text(one, "ph") == phase && one["cat"] is { } given && given.GetValue<string>() == category;

    private static double Time(JsonObject one) => one["ts"]!.GetValue<double>();

    private static string Text(JsonNode one, string member) => one[member]!.GetValue<string>();
}
