using System.Collections.Immutable;
using System.Globalization;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>What a trace says.</summary>
/// <param name="Devices">Of each device that it names and that there is.</param>
/// <param name="Beyond">Clients that it names and that there are not, ascending.</param>
/// <param name="RowsBeyond">Their rows, which were read and passed over.</param>
public sealed record TraceContent<T>(ImmutableSortedDictionary<DeviceId, T> Devices, ImmutableArray<DeviceId> Beyond, int RowsBeyond);

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
    /// <param name="devices">Devices that there are. Rows of clients with other numbers are read and passed over.</param>
    /// <param name="period">After how long all begins anew: later rows are refused. 0 for never.</param>
    /// <exception cref="TraceException">A malformed row, an unknown device, a value out of range, or time that goes backwards.</exception>
    public static TraceContent<AccessSchedule> Conditions(
        string source, IEnumerable<string> lines, IEnumerable<DeviceId> devices, TimeSpan period = default)
    {
        ImmutableSortedSet<DeviceId> known = [.. devices];
        var steps = new SortedDictionary<DeviceId, List<AccessStep>>();
        foreach (var row in TraceRow.All(source, lines, ConditionsHeader, known))
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

            CheckPeriod(row, at.Ticks < period.Ticks, at, period);
            ofDevice.Add(new(at, new(row.Rate(2), row.Rate(3)) { Delay = row.Delay(4), Loss = row.Loss(5) }));
        }

        return Of(steps, known, rows => rows.Count, rows => new AccessSchedule(rows) { Period = period });
    }

    /// <summary>Reads when devices are on; one that has no row is not in the result.</summary>
    /// <param name="source">What to call the text in errors, such as the file's name.</param>
    /// <param name="lines">Lines.</param>
    /// <param name="devices">Devices that there are. Rows of clients with other numbers are read and passed over.</param>
    /// <param name="period">After how long all begins anew: later rows are refused. 0 for never.</param>
    /// <exception cref="TraceException">A malformed row, an unknown device, or intervals that are empty, out of order or overlap.</exception>
    public static TraceContent<ImmutableArray<OnInterval>> Intervals(
        string source, IEnumerable<string> lines, IEnumerable<DeviceId> devices, TimeSpan period = default)
    {
        ImmutableSortedSet<DeviceId> known = [.. devices];
        var intervals = new SortedDictionary<DeviceId, List<(OnInterval Interval, int Line)>>();
        foreach (var row in TraceRow.All(source, lines, IntervalsHeader, known))
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

            CheckPeriod(row, interval.Until.Ticks <= period.Ticks, interval.Until, period);
            ofDevice.Add((interval, row.Line));
        }

        return Of(intervals, known, rows => rows.Count, rows => rows.Select(item => item.Interval).ToImmutableArray());
    }

    private static TraceContent<T> Of<TRows, T>(
        SortedDictionary<DeviceId, TRows> rows, ImmutableSortedSet<DeviceId> known, Func<TRows, int> count, Func<TRows, T> content)
    {
        var beyond = rows.Where(pair => !known.Contains(pair.Key)).ToArray();
        return new(
            rows.Where(pair => known.Contains(pair.Key)).ToImmutableSortedDictionary(pair => pair.Key, pair => content(pair.Value)),
            [.. beyond.Select(pair => pair.Key)], beyond.Sum(pair => count(pair.Value)));
    }

    private static void CheckPeriod(TraceRow row, bool isWithin, VirtualTime at, TimeSpan period)
    {
        if (period > TimeSpan.Zero && !isWithin)
        {
            throw row.Wrong($"the row goes on to {at}, but all begins anew after {VirtualTime.Zero + period}", "Rows must lie within the time after which the trace repeats");
        }
    }

    private static string Invariant(int line) => line.ToString(CultureInfo.InvariantCulture);
}
