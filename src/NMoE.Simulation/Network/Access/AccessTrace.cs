using System.Collections.Immutable;
using System.Globalization;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network.Access;

/// <summary>
/// Traces of accesses, as comma-separated text. Empty lines and lines that begin with # are passed over; the first other line must be the header, so that nobody
/// reads kilobits for bits. Rows of different devices may follow each other in any order.
/// </summary>
public static class AccessTrace
{
    /// <summary>Header of a trace of conditions.</summary>
    public const string ConditionsHeader = "time_s,device,up_bit_s,down_bit_s,delay_ms,loss";

    /// <summary>Header of a trace of on-intervals.</summary>
    public const string IntervalsHeader = "device,on_from_s,on_until_s";

    /// <summary>Reads what devices' accesses were like: a row holds until the device's next one, and each device's first row is at 0 s.</summary>
    /// <param name="source">What to call the text in errors, such as the file's name.</param>
    /// <param name="lines">Lines.</param>
    /// <param name="devices">Devices that a row may name.</param>
    /// <exception cref="TraceException">A malformed row, an unknown device, a value out of range, or time that goes backwards.</exception>
    public static ImmutableSortedDictionary<DeviceId, AccessSchedule> Conditions(
        string source, IEnumerable<string> lines, IEnumerable<DeviceId> devices)
    {
        var steps = new SortedDictionary<DeviceId, List<AccessStep>>();
        foreach (var row in TraceRow.All(source, lines, ConditionsHeader, devices))
        {
            var device = row.Device(1);
            var at = row.Time(0);
            if (!steps.TryGetValue(device, out var ofDevice))
            {
                steps[device] = ofDevice = [];
            }

            if (ofDevice.Count == 0 && at != VirtualTime.Zero)
            {
                throw row.Wrong($"the first row of {device} is at {at}", "It must be at 0, so that it is known what holds from the beginning");
            }

            if (ofDevice.Count > 0 && at.CompareTo(ofDevice[^1].From) <= 0)
            {
                throw row.Wrong(
                    $"time goes backwards: {device} is at {at} after {ofDevice[^1].From}", "Each row of a device must be later than the one before");
            }

            ofDevice.Add(new(at, new(row.Rate(2), row.Rate(3)) { Delay = row.Delay(4), Loss = row.Loss(5) }));
        }

        return steps.ToImmutableSortedDictionary(pair => pair.Key, pair => new AccessSchedule(pair.Value));
    }

    /// <summary>Reads when devices are on; one that has no row is not in the result.</summary>
    /// <param name="source">What to call the text in errors, such as the file's name.</param>
    /// <param name="lines">Lines.</param>
    /// <param name="devices">Devices that a row may name.</param>
    /// <exception cref="TraceException">A malformed row, an unknown device, or intervals that are empty, out of order or overlap.</exception>
    public static ImmutableSortedDictionary<DeviceId, ImmutableArray<OnInterval>> Intervals(
        string source, IEnumerable<string> lines, IEnumerable<DeviceId> devices)
    {
        var intervals = new SortedDictionary<DeviceId, List<(OnInterval Interval, int Line)>>();
        foreach (var row in TraceRow.All(source, lines, IntervalsHeader, devices))
        {
            var device = row.Device(0);
            var interval = new OnInterval(row.Time(1), row.Time(2));
            if (interval.Until.CompareTo(interval.From) <= 0)
            {
                throw row.Wrong($"the interval ends at {interval.Until}, but begins at {interval.From}", "It must end after it has begun");
            }

            if (!intervals.TryGetValue(device, out var ofDevice))
            {
                intervals[device] = ofDevice = [];
            }

            if (ofDevice.Count > 0 && interval.From.CompareTo(ofDevice[^1].Interval.Until) < 0)
            {
                var (last, line) = ofDevice[^1];
                throw row.Wrong(
                    interval.From.CompareTo(last.From) < 0
                        ? $"time goes backwards: {device} is on from {interval.From} after {last.From} on line {Invariant(line)}"
                        : $"the interval from {interval.From} overlaps that on line {Invariant(line)}, until {last.Until}",
                    "Intervals of a device must follow each other");
            }

            ofDevice.Add((interval, row.Line));
        }

        return intervals.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Select(item => item.Interval).ToImmutableArray());
    }

    private static string Invariant(int line) => line.ToString(CultureInfo.InvariantCulture);
}
