using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>
/// Waits that a deadline ended. The aggregator's begins with the last that came to it of what it waited for, others' with the deadline itself. Waits of several devices at one time count once.
/// </summary>
public sealed class Waits
{
    private readonly List<(string Stage, VirtualTime From, VirtualTime Until, ImmutableArray<DeviceId> For)> _waits = [];
    private VirtualTime _answered;

    /// <summary>Something came to the aggregator that it waited for.</summary>
    internal void Answer(VirtualTime at) => _answered = at;

    /// <summary>A deadline has passed.</summary>
    internal void Add(DeadlinePassed passed, VirtualTime at)
    {
        var began = new VirtualTime(Math.Max(0, at.Ticks - passed.Length.Ticks));
        var from = passed.Waited.IsAggregator && _answered.CompareTo(began) > 0 ? _answered : began;
        _waits.Add((passed.Stage, from, at, passed.Missing));
    }

    /// <summary>What was waited in which stage, and for whom; null where no deadline passed.</summary>
    /// <param name="end">The end of the run.</param>
    public WaitingRecord? Record(VirtualTime end) => _waits.Count == 0 ? null : new WaitingRecord(
        [
            .. _waits.Select(wait => wait.Stage).Distinct().Select(stage => _waits.FindAll(wait => wait.Stage == stage)).Select(of => new WaitRecord(
                of[0].Stage, of.Count, Seconds(of), [.. of.SelectMany(wait => wait.For).Distinct().Order().Select(device => device.ToString())])),
        ],
        Seconds(_waits), end.Seconds);

    /// <summary>Of all together, each instant once.</summary>
    private static double Seconds(IEnumerable<(string Stage, VirtualTime From, VirtualTime Until, ImmutableArray<DeviceId> For)> waits)
    {
        var (ticks, until) = (0L, 0L);
        foreach (var wait in waits.OrderBy(wait => wait.From))
        {
            ticks += Math.Max(0, wait.Until.Ticks - Math.Max(until, wait.From.Ticks));
            until = Math.Max(until, wait.Until.Ticks);
        }

        return new VirtualTime(ticks).Seconds;
    }
}
