using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Exports;

/// <summary>
/// A run in Chrome's trace format, which Perfetto opens: a process a device, a track for each kind of what it does and one for its messages, an arrow from each message's sending to its end, links as counters and rounds as
/// marks. Times are virtual. Messages are written when they are told: those under way are kept, and no more.
/// </summary>
public sealed class ChromeTraceExport : IDisposable
{
    private const string Messages = "messages";
    private const double BitsPerMegabyte = 8e-6;
    private readonly ChromeTraceWriter _to;
    private readonly SortedDictionary<long, CapturedEvent> _underWay = [];
    private double _last;

    private ChromeTraceExport(Stream to, RunReport report)
    {
        _to = new(to);
        foreach (var device in report.Timeline.Select(span => span.Device).Distinct().OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal))
            _to.Declare(device);
        foreach (var span in report.Timeline.GroupBy(Place).SelectMany(Whole))
            _to.Slice(Place(span), span.What.Length > 0 ? span.What : span.Kind, span.Kind, span.From, span.Until, ("stage", span.Stage), ("round", span.Round), ("bytes", span.Bytes));
        foreach (var link in report.Links)
            Count(link);
        foreach (var round in report.Rounds)
            _to.Mark(FormattableString.Invariant($"{round.Stage} {round.Round} ended"), round.VirtualSeconds);
    }

    /// <summary>Writes a run's file, which appears when all of it is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">Folder of a finished run.</param>
    /// <param name="messages">Tells each event of the run, in order.</param>
    /// <returns>The path.</returns>
    /// <exception cref="RunUnreadableException">The run cannot be read.</exception>
    /// <exception cref="OutputNotWritableException">It could not be written.</exception>
    public static string Write(string path, string run, Action<Action<CapturedEvent>> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var report = RunReader.Read(run);
        return AtomicFile.Write(path, stream =>
        {
            using var trace = new ChromeTraceExport(stream, report);
            messages(trace.Add);
            trace.End();
        });
    }

    /// <summary>Writes a run's file from what its folder holds: in the place of messages, arrows to the waits that they ended.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">Folder of a finished run.</param>
    /// <returns>The path.</returns>
    /// <exception cref="RunUnreadableException">The run cannot be read.</exception>
    /// <exception cref="OutputNotWritableException">It could not be written.</exception>
    public static string WriteRecorded(string path, string run)
    {
        var report = RunReader.Read(run);
        return AtomicFile.Write(path, stream =>
        {
            using var trace = new ChromeTraceExport(stream, report);
            foreach (var (number, (sent, waited)) in Arrows(report.Timeline).Index())
            {
                trace._to.ArrowFrom(Place(sent), number, sent.What, sent.From);
                trace._to.ArrowTo(Place(waited), number, sent.What, Math.Max(waited.From, waited.Until - ChromeTraceWriter.WithinSlice));
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _to.Dispose();

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

    /// <summary>Passes follow each other at different times at different clients, so that an activity can stand in the records of two, cut off in one: it is one slice. Slices of a track that cross are not drawn.</summary>
    private static IEnumerable<SpanRecord> Whole(IEnumerable<SpanRecord> track)
    {
        SpanRecord? whole = null;
        foreach (var span in track.OrderBy(span => span.From).ThenBy(span => span.Until))
        {
            if (whole is not null && span.From < whole.Until)
            {
                whole = (span.Until < whole.Until ? whole : span) with { From = whole.From, Bytes = Math.Max(whole.Bytes, span.Bytes) };
                continue;
            }

            if (whole is not null)
                yield return whole;
            whole = span;
        }

        if (whole is not null)
            yield return whole;
    }

    private static (string Device, string Track) Place(SpanRecord span) => (span.Device, span.Kind == "send" ? $"send {span.What}" : span.Kind);

    private void Add(CapturedEvent happened)
    {
        _last = Math.Max(_last, happened.VirtualSeconds);
        if (happened.Message is not { } number)
            return;
        if (happened.Kind == Captured.Sent)
        {
            _underWay.Add(number, happened);
            End(happened, "sent", happened.VirtualSeconds);
            _to.ArrowFrom((happened.Device, Messages), number, happened.What, happened.VirtualSeconds);
            return;
        }

        _underWay.Remove(number);
        End(happened, happened.Kind == Captured.Arrived ? "arrived" : "lost", happened.VirtualSeconds);
        _to.ArrowTo((happened.Device, Messages), number, happened.What, happened.VirtualSeconds);
    }

    /// <summary>What is under way when the run ends leads back to who sent it.</summary>
    private void End()
    {
        foreach (var (number, sent) in _underWay)
        {
            End(sent, "under way", _last);
            _to.ArrowTo((sent.Device, Messages), number, sent.What, _last);
        }
    }

    /// <summary>One end of a message: a slice without length, for an arrow to bind to. Its arrow follows at once, since an arrow binds to the last slice of its track.</summary>
    private void End(CapturedEvent message, string how, double at) => _to.Slice(
        (message.Device, Messages), message.What, how, at, at,
        ("peer", message.Peer ?? ""), ("bytes", message.Bytes), ("sentAgain", message.SentAgain), ("stage", message.Stage));

    private void Count(LinkRecord link)
    {
        var seconds = link.Until - link.From;
        foreach (var (name, bytes) in new[] { ("aggregator up", link.AggregatorUp), ("aggregator down", link.AggregatorDown), ("mean client up", link.ClientUp), ("mean client down", link.ClientDown) })
            _to.Counter($"{name} (Mbit/s)", "Mbit/s", link.From, BitsPerMegabyte * bytes / seconds);
    }
}
