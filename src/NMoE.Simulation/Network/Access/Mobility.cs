using System.Collections.Immutable;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network.Access;

/// <summary>Where a device is at an instant.</summary>
/// <param name="At">When.</param>
/// <param name="Metres">Distance to the other end of its radio link, at least 0.</param>
public sealed record TrackPoint(VirtualTime At, double Metres);

/// <summary>Devices that move: their distance makes their rates.</summary>
public static class Mobility
{
    /// <summary>
    /// The access of a device on a track. Between two points it moves evenly, before the first and after the last it stands. Its rates are found anew each
    /// interval, from its distance at that instant, as long as it moves.
    /// </summary>
    /// <param name="track">At least one point, each later than the one before.</param>
    /// <param name="interval">Above 0.</param>
    /// <param name="up">Radio of the uplink.</param>
    /// <param name="down">Radio of the downlink.</param>
    /// <exception cref="ArgumentException">No track, points out of order, or a negative distance.</exception>
    public static AccessSchedule Schedule(IEnumerable<TrackPoint> track, TimeSpan interval, RadioLink up, RadioLink down)
    {
        ArgumentNullException.ThrowIfNull(up);
        ArgumentNullException.ThrowIfNull(down);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        ImmutableArray<TrackPoint> points = [.. track];
        Check(points);
        var steps = new List<AccessStep>();
        var (at, next) = (VirtualTime.Zero, 0);
        for (var moves = true; moves; at += interval)
        {
            while (next < points.Length && points[next].At.CompareTo(at) <= 0)
            {
                next++;
            }

            moves = next < points.Length;
            var metres = Distance(points, next, at);
            var conditions = new AccessConditions(up.BitsPerSecond(metres), down.BitsPerSecond(metres));
            if (steps.Count == 0 || steps[^1].Conditions != conditions)
            {
                steps.Add(new(at, conditions));
            }
        }

        return new(steps);
    }

    private static double Distance(ImmutableArray<TrackPoint> points, int next, VirtualTime at)
    {
        if (next == 0 || next == points.Length)
        {
            return points[Math.Max(0, next - 1)].Metres;
        }

        var (before, after) = (points[next - 1], points[next]);
        return before.Metres + ((after.Metres - before.Metres) * ((at - before.At) / (after.At - before.At)));
    }

    private static void Check(ImmutableArray<TrackPoint> points)
    {
        if (points.IsEmpty)
        {
            throw new ArgumentException("A track needs at least one point.", nameof(points));
        }

        for (var i = 0; i < points.Length; i++)
        {
            if (!(points[i].Metres >= 0 && double.IsFinite(points[i].Metres)) || (i > 0 && points[i].At.CompareTo(points[i - 1].At) <= 0))
            {
                throw new ArgumentException(
                    $"Point {i + 1} of the track is {points[i]}: it must be later than the one before, at a distance of at least 0 m.", nameof(points));
            }
        }
    }
}
