using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Exports;

/// <summary>
/// What a run recorded of its devices in Chrome's trace format, which Perfetto opens: a process a device, a track for each kind of what it does, arrows from a message's sending to the end of the wait for it, links as
/// counters and rounds as marks. Times are virtual, in microseconds as the format has them.
/// </summary>
internal static class ChromeTraceExport
{
    private const double Micro = 1e6;
    private const double BitsPerByte = 8;

    // An arrow binds to the slice that it ends in: just before its end, in microseconds.
    private const double WithinSlice = 0.05;

    /// <summary>The file.</summary>
    public static byte[] Of(RunReport report)
    {
        ImmutableArray<string> devices = [.. report.Timeline.Select(span => span.Device).Distinct()];
        ImmutableArray<string> tracks = [.. report.Timeline.Select(Track).Distinct().Order(StringComparer.Ordinal)];
        var events = new JsonArray();
        foreach (var device in devices)
            events.Add(new JsonObject { ["ph"] = "M", ["name"] = "process_name", ["pid"] = Pid(device), ["args"] = new JsonObject { ["name"] = device } });
        foreach (var (device, track) in report.Timeline.Select(span => (span.Device, Track(span))).Distinct())
            events.Add(new JsonObject { ["ph"] = "M", ["name"] = "thread_name", ["pid"] = Pid(device), ["tid"] = tracks.IndexOf(track), ["args"] = new JsonObject { ["name"] = track } });
        foreach (var span in report.Timeline)
            events.Add(Slice(span));
        foreach (var (number, (sent, waited)) in Arrows(report.Timeline).Index())
        {
            events.Add(Arrow("s", number, sent, sent.From * Micro));
            events.Add(Arrow("f", number, waited, Math.Max(waited.From * Micro, (waited.Until * Micro) - WithinSlice)));
        }

        foreach (var link in report.Links)
            AddCounters(events, link);
        foreach (var round in report.Rounds)
            events.Add(new JsonObject { ["ph"] = "i", ["s"] = "g", ["name"] = FormattableString.Invariant($"{round.Stage} {round.Round} ended"), ["ts"] = round.VirtualSeconds * Micro, ["pid"] = 0, ["tid"] = 0 });
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["displayTimeUnit"] = "ms", ["traceEvents"] = events });

        int Pid(string device) => 1 + devices.IndexOf(device);
        JsonObject Slice(SpanRecord span) => new()
        {
            ["ph"] = "X",
            ["name"] = span.What.Length > 0 ? span.What : span.Kind,
            ["cat"] = span.Kind,
            ["ts"] = span.From * Micro,
            ["dur"] = (span.Until - span.From) * Micro,
            ["pid"] = Pid(span.Device),
            ["tid"] = tracks.IndexOf(Track(span)),
            ["args"] = new JsonObject { ["stage"] = span.Stage, ["round"] = span.Round, ["bytes"] = span.Bytes },
        };
        JsonObject Arrow(string phase, int number, SpanRecord span, double at)
        {
            var arrow = new JsonObject { ["ph"] = phase, ["id"] = number, ["name"] = span.What, ["cat"] = "message", ["ts"] = at, ["pid"] = Pid(span.Device), ["tid"] = tracks.IndexOf(Track(span)) };
            if (phase == "f")
                arrow["bp"] = "e";
            return arrow;
        }
    }

    /// <summary>Each wait that a message ended, with the sending that ended nearest to it. Messages of one kind that a device sent at a time are one sending.</summary>
    internal static IEnumerable<(SpanRecord Sent, SpanRecord Waited)> Arrows(ImmutableArray<SpanRecord> spans)
    {
        var sent = spans.Where(span => span.Kind == "send").ToLookup(span => (span.Stage, span.Round, span.What));
        return from waited in spans
               where waited.Kind == "receive-wait" && waited.What.Length > 0
               let sender = sent[(waited.Stage, waited.Round, waited.What)].Where(one => one.Device != waited.Device && one.From <= waited.Until && waited.Until <= one.Until).MinBy(one => one.Until - waited.Until)
               where sender is not null
               select (sender, waited);
    }

    private static string Track(SpanRecord span) => span.Kind == "send" ? $"send {span.What}" : span.Kind;

    private static void AddCounters(JsonArray events, LinkRecord link)
    {
        foreach (var (name, bytes) in new[] { ("aggregator up", link.AggregatorUp), ("aggregator down", link.AggregatorDown), ("mean client up", link.ClientUp), ("mean client down", link.ClientDown) })
            events.Add(new JsonObject { ["ph"] = "C", ["name"] = $"{name} (Mbit/s)", ["ts"] = link.From * Micro, ["pid"] = 0, ["args"] = new JsonObject { ["Mbit/s"] = BitsPerByte * bytes / (link.Until - link.From) / 1e6 } });
    }
}
