using System.Collections.Immutable;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network.Access;

/// <summary>A time during which a device is on.</summary>
/// <param name="From">Its first instant.</param>
/// <param name="Until">The first instant after it.</param>
public sealed record OnInterval(VirtualTime From, VirtualTime Until);

/// <summary>Devices that are on and off: off means rate 0 in both directions, so that transfers hold.</summary>
public static class Availability
{
    /// <summary>A schedule that is off outside the given intervals, which begin anew after a while.</summary>
    /// <param name="whileOn">What the access is like while it is on.</param>
    /// <param name="on">When it is on, in order and without overlap, until <paramref name="period"/> at the latest.</param>
    /// <param name="period">After how long they begin anew; 0 for never.</param>
    /// <exception cref="ArgumentException">Intervals that are empty, out of order or overlap.</exception>
    public static AccessSchedule Of(AccessSchedule whileOn, IEnumerable<OnInterval> on, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(whileOn);
        return period == TimeSpan.Zero
            ? Of(whileOn, on)
            : whileOn with { Switch = Of(AccessSchedule.Constant(AccessConditions.Unlimited), on) with { Period = period } };
    }

    /// <summary>A schedule that is off outside the given intervals.</summary>
    /// <param name="whileOn">What the access is like while it is on.</param>
    /// <param name="on">When it is on, in order and without overlap; one may end when the next begins.</param>
    /// <exception cref="ArgumentException">Intervals that are empty, out of order or overlap.</exception>
    public static AccessSchedule Of(AccessSchedule whileOn, IEnumerable<OnInterval> on)
    {
        ArgumentNullException.ThrowIfNull(whileOn);
        ImmutableArray<OnInterval> intervals = [.. on];
        var end = VirtualTime.Zero;
        foreach (var interval in intervals)
        {
            if (interval.From.CompareTo(end) < 0 || interval.Until.CompareTo(interval.From) <= 0)
            {
                throw new ArgumentException(
                    $"On from {interval.From} until {interval.Until}, after {end}: an interval must begin no earlier than the last one ended, and then end.",
                    nameof(on));
            }

            end = interval.Until;
        }

        var changes = new SortedSet<VirtualTime>(
            [VirtualTime.Zero, .. whileOn.Steps.Select(step => step.From), .. intervals.SelectMany(interval => new[] { interval.From, interval.Until })]);
        var steps = new List<AccessStep>();
        var next = 0;
        foreach (var at in changes)
        {
            while (next < intervals.Length && intervals[next].Until.CompareTo(at) <= 0)
            {
                next++;
            }

            var isOn = next < intervals.Length && intervals[next].From.CompareTo(at) <= 0;
            var conditions = isOn ? whileOn.At(at) : whileOn.At(at) with { Up = 0, Down = 0 };
            if (steps.Count == 0 || steps[^1].Conditions != conditions)
            {
                steps.Add(new(at, conditions));
            }
        }

        return new(steps);
    }
}
