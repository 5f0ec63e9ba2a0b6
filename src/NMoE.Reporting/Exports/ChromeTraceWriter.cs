using System.Text.Json;

namespace NMoE.Reporting.Exports;

/// <summary>
/// Writes events of Chrome's trace format one after the other: slices, arrows, counters and marks, at places that are named. Seconds become microseconds, as the format has them, to the nanosecond.
/// </summary>
internal sealed class ChromeTraceWriter : IDisposable
{
    /// <summary>An arrow binds to the slice that it ends in: so long before its end, in seconds.</summary>
    public const double WithinSlice = 5e-8;

    private const double Micro = 1e6;
    private const int Decimals = 3;
    private const int BytesHeld = 1 << 16;
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<string, int> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Device, string Track), int> _tracks = [];

    /// <summary>Begins a document.</summary>
    /// <param name="to">Where it goes; stays open.</param>
    public ChromeTraceWriter(Stream to)
    {
        _json = new(to);
        _json.WriteStartObject();
        _json.WriteString("displayTimeUnit", "ms");
        _json.WriteStartArray("traceEvents");
    }

    /// <summary>Ends the document.</summary>
    public void Dispose()
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Dispose();
    }

    /// <summary>Gives a device its process. Those that are declared first stand first.</summary>
    /// <returns>Its number, from 1.</returns>
    public int Declare(string device)
    {
        if (_devices.TryGetValue(device, out var known))
            return known;
        var number = _devices[device] = _devices.Count + 1;
        foreach (var (name, value) in new (string, object)[] { ("process_name", device), ("process_sort_index", number) })
        {
            Begin("M", name, number);
            Arguments([(name == "process_name" ? "name" : "sort_index", value)]);
            End();
        }

        return number;
    }

    /// <summary>Something that took a while.</summary>
    public void Slice((string Device, string Track) place, string name, string category, double from, double until, params ReadOnlySpan<(string Name, object Value)> arguments)
    {
        At("X", place, name, category, from);
        _json.WriteNumber("dur", Microseconds(until - from));
        Arguments(arguments);
        End();
    }

    /// <summary>An arrow begins, in the slice that was written last on its track.</summary>
    public void ArrowFrom((string Device, string Track) place, long number, string name, double at) => Arrow("s", place, number, name, at);

    /// <summary>An arrow ends, in the slice that was written last on its track.</summary>
    public void ArrowTo((string Device, string Track) place, long number, string name, double at) => Arrow("f", place, number, name, at);

    /// <summary>A value from then on.</summary>
    public void Counter(string name, string unit, double at, double value)
    {
        Begin("C", name, 0);
        _json.WriteNumber("ts", Microseconds(at));
        Arguments([(unit, value)]);
        End();
    }

    /// <summary>An instant across all devices.</summary>
    public void Mark(string name, double at)
    {
        Begin("i", name, 0);
        _json.WriteString("s", "g");
        _json.WriteNumber("ts", Microseconds(at));
        _json.WriteNumber("tid", 0);
        End();
    }

    private static double Microseconds(double seconds) => Math.Round(Micro * seconds, Decimals, MidpointRounding.ToEven);

    private void Arrow(string phase, (string Device, string Track) place, long number, string name, double at)
    {
        At(phase, place, name, "message", at);
        _json.WriteNumber("id", number);
        if (phase == "f")
            _json.WriteString("bp", "e");
        End();
    }

    private void At(string phase, (string Device, string Track) place, string name, string category, double at)
    {
        var process = Declare(place.Device);
        if (!_tracks.TryGetValue(place, out var track))
        {
            track = _tracks[place] = _tracks.Count + 1;
            Begin("M", "thread_name", process);
            _json.WriteNumber("tid", track);
            Arguments([("name", place.Track)]);
            End();
        }

        Begin(phase, name, process);
        _json.WriteNumber("tid", track);
        _json.WriteString("cat", category);
        _json.WriteNumber("ts", Microseconds(at));
    }

    private void Begin(string phase, string name, int process)
    {
        _json.WriteStartObject();
        _json.WriteString("ph", phase);
        _json.WriteString("name", name);
        _json.WriteNumber("pid", process);
    }

    private void Arguments(ReadOnlySpan<(string Name, object Value)> arguments)
    {
        _json.WriteStartObject("args");
        foreach (var (name, value) in arguments)
        {
            _json.WritePropertyName(name);
            JsonSerializer.Serialize(_json, value);
        }

        _json.WriteEndObject();
    }

    private void End()
    {
        _json.WriteEndObject();
        if (_json.BytesPending > BytesHeld)
            _json.Flush();
    }
}
