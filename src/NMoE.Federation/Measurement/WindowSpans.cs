using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>What devices did between two instants, from their activities: neighbours of one kind joined, and waits found between them.</summary>
/// <param name="from">The beginning.</param>
/// <param name="until">The end.</param>
internal sealed class WindowSpans(VirtualTime from, VirtualTime until)
{
    /// <summary>The spans, ordered by device, time, kind and what.</summary>
    /// <param name="stage">Stage.</param>
    /// <param name="round">Round.</param>
    /// <param name="devices">Devices whose spans are wanted, in order.</param>
    /// <param name="activities">Activities of all.</param>
    public ImmutableArray<SpanRecord> Of(string stage, int round, IEnumerable<DeviceId> devices, IReadOnlyCollection<Activity> activities)
    {
        var busy = activities.Select(Clipped).Where(span => span.Until > span.From).ToLookup(span => span.Device);
        var arrivals = activities
            .Where(activity => activity.Reached is not null && activity.Until!.Value.Ticks > from.Ticks && activity.Until.Value.Ticks <= until.Ticks)
            .ToLookup(activity => activity.Reached!.Value);
        return
        [
            .. devices.Where(device => busy.Contains(device) || arrivals.Contains(device))
                .SelectMany(device => Joined(busy[device])
                    .Concat(Joined(Waits(device, busy[device], arrivals[device])))
                    .OrderBy(span => span.From).ThenBy(span => span.Kind).ThenBy(span => span.What, StringComparer.Ordinal))
                .Select(span => new SpanRecord(
                    stage, round, span.Device.ToString(), NameOf(span.Kind), span.What,
                    new VirtualTime(span.From).Seconds, new VirtualTime(span.Until).Seconds, span.Bytes)),
        ];
    }

    private static string NameOf(ActivityKind kind) => kind switch
    {
        ActivityKind.Compute => "compute",
        ActivityKind.Send => "send",
        ActivityKind.ReceiveWait => "receive-wait",
        _ => "down",
    };

    private Span Clipped(Activity activity) => new(
        activity.Device, activity.Kind, activity.What,
        Math.Max(activity.From.Ticks, from.Ticks), Math.Min(activity.Until?.Ticks ?? until.Ticks, until.Ticks), activity.Bytes);

    /// <summary>Those of one kind that overlap or touch become one.</summary>
    private static IEnumerable<Span> Joined(IEnumerable<Span> spans)
    {
        foreach (var same in spans.GroupBy(span => (span.Kind, span.What)))
        {
            Span? open = null;
            foreach (var span in same.OrderBy(span => span.From))
            {
                if (open is { } before && span.From <= before.Until)
                {
                    open = before with { Until = Math.Max(before.Until, span.Until), Bytes = before.Bytes + span.Bytes };
                    continue;
                }

                if (open is { } closed)
                {
                    yield return closed;
                }

                open = span;
            }

            if (open is { } last)
            {
                yield return last;
            }
        }
    }

    /// <summary>Where a device does nothing it waits, for what comes next.</summary>
    private IEnumerable<Span> Waits(DeviceId device, IEnumerable<Span> busy, IEnumerable<Activity> arrivals)
    {
        var coming = new Queue<Activity>(arrivals.OrderBy(arrival => arrival.Until!.Value));
        var idle = from.Ticks;
        foreach (var next in busy.OrderBy(span => span.From).Append(new Span(device, ActivityKind.Down, "", until.Ticks, until.Ticks, 0)))
        {
            while (coming.TryPeek(out var arrival) && arrival.Until!.Value.Ticks <= next.From)
            {
                var came = coming.Dequeue().Until!.Value.Ticks;
                if (came > idle)
                {
                    yield return new(device, ActivityKind.ReceiveWait, arrival.What, idle, came, arrival.Bytes);
                    idle = came;
                }
            }

            if (next.From > idle)
            {
                yield return new(device, ActivityKind.ReceiveWait, "", idle, next.From, 0);
            }

            idle = Math.Max(idle, next.Until);
        }
    }

    private readonly record struct Span(DeviceId Device, ActivityKind Kind, string What, long From, long Until, long Bytes);
}
