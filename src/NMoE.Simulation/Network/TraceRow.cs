using System.Collections.Immutable;
using System.Globalization;
using NMoE.Simulation.Network.Sharing;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>A row of a trace, whose fields are read by their place.</summary>
internal sealed class TraceRow
{
    private const decimal LatestSecond = 1e11m;
    private readonly string _source;
    private readonly string[] _names;
    private readonly string[] _fields;
    private readonly ImmutableSortedDictionary<string, DeviceId> _devices;

    private TraceRow(string source, int line, string[] names, string[] fields, ImmutableSortedDictionary<string, DeviceId> devices)
    {
        _source = source;
        Line = line;
        _names = names;
        _fields = fields;
        _devices = devices;
    }

    public int Line { get; }

    /// <summary>The rows below the header.</summary>
    public static IEnumerable<TraceRow> All(string source, IEnumerable<string> lines, string header, IEnumerable<DeviceId> devices)
    {
        var known = devices.ToImmutableSortedDictionary(device => device.ToString(), device => device, StringComparer.Ordinal);
        var names = header.Split(',');
        var isHeaderSeen = false;
        var last = 0;
        foreach (var (index, text) in lines.Index())
        {
            last = index + 1;
            if (string.IsNullOrWhiteSpace(text) || text.StartsWith('#'))
            {
                continue;
            }

            string[] fields = [.. text.Split(',').Select(field => field.Trim())];
            var row = new TraceRow(source, last, names, fields, known);
            if (isHeaderSeen)
            {
                yield return row.Whole();
            }
            else if (!fields.SequenceEqual(names))
            {
                throw row.Wrong($"'{text}' is not the header", $"The first line must be '{header}'");
            }

            isHeaderSeen = true;
        }

        if (!isHeaderSeen)
        {
            throw new TraceException(source, last + 1, "the header is missing", $"The first line must be '{header}'");
        }
    }

    /// <summary>The device that a field names: one of those that there are, or a client whose number lies beyond them.</summary>
    public DeviceId Device(int place)
    {
        if (_devices.TryGetValue(_fields[place], out var device))
        {
            return device;
        }

        if (ClientBeyond(_fields[place]) is { } beyond)
        {
            return beyond;
        }

        var known = _devices.OrderBy(pair => pair.Value).Select(pair => pair.Key).ToArray();
        var some = known.Length <= 5 ? string.Join(", ", known) : string.Join(", ", known.Take(4)) + " and so on to " + known[^1];
        throw Wrong($"the device '{_fields[place]}' is unknown", $"The devices are {some}");
    }

    public VirtualTime Time(int place)
    {
        if (!decimal.TryParse(_fields[place], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || seconds is < 0 or > LatestSecond)
        {
            throw WrongField(place, "Seconds from 0 to 1e11 are needed");
        }

        return new((long)decimal.Round(seconds * TimeSpan.TicksPerSecond));
    }

    public double Rate(int place) => Number(place, 0, Fluid.LargestRate, "A rate from 0 (off) to 1e13 bit/s is needed");

    public TimeSpan Delay(int place) =>
        new((long)Math.Ceiling(Number(place, 0, 3.6e6, "A delay from 0 to 3600000 ms is needed") * TimeSpan.TicksPerMillisecond));

    public double Loss(int place) => Number(place, 0, Math.BitDecrement(1), "A probability in [0, 1) is needed");

    public TraceException Wrong(string what, string right) => new(_source, Line, what, right);

    private static DeviceId? ClientBeyond(string name)
    {
        const string client = "client-";
        return name.StartsWith(client, StringComparison.Ordinal) && int.TryParse(name.AsSpan(client.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && new DeviceId(number) is var device && device.ToString() == name
            ? device
            : null;
    }

    private TraceRow Whole() => _fields.Length == _names.Length
        ? this
        : throw Wrong(
            FormattableString.Invariant($"the row has {_fields.Length} fields"),
            FormattableString.Invariant($"The {_names.Length} fields {string.Join(", ", _names)} are needed"));

    private double Number(int place, double least, double most, string right) =>
        double.TryParse(_fields[place], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw WrongField(place, right);

    private TraceException WrongField(int place, string right) => Wrong($"{_names[place]} is '{_fields[place]}'", right);
}

/// <summary>A trace that cannot be read.</summary>
public sealed class TraceException : SimulationException
{
    internal TraceException(string source, int line, string what, string right)
        : base(FormattableString.Invariant($"{source}, line {line}: {what}. {right}.")) => (Line, Problem, Remedy) = (line, what, right);

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What would be right.</summary>
    public string Remedy { get; }

    /// <summary>Where, from 1.</summary>
    public int Line { get; }
}
