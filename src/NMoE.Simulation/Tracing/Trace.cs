using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Tracing;

/// <summary>
/// The events of a world, as a running SHA-256 over a canonical form (time, from, to, kind, bytes), and the last few of them in words.
/// Names enter the hash once, when they first appear; later events hold their numbers.
/// </summary>
public sealed class Trace : IDisposable
{
    private const int Remembered = 32;
    internal const int EventSize = 32;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[EventSize * 2048];
    private readonly Dictionary<object, int> _refs = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly List<string> _nameOf = [];
    private readonly TraceName _nobody = new("");
    private readonly (long Ticks, int From, int To, int Kind, long Bytes)[] _last =
        new (long, int, int, int, long)[Remembered];

    private int _used;
    private ITraceSink? _sink;

    /// <summary>Number of events so far.</summary>
    public long Count { get; private set; }

    /// <summary>Is given the canonical form while it enters the hash, from the first event on; null for nobody.</summary>
    /// <exception cref="SimulationException">There have been events, of which it would lack the names.</exception>
    public ITraceSink? Sink
    {
        get => _sink;
        set => _sink = _nameOf.Count == 0
            ? value
            : throw new SimulationException(FormattableString.Invariant($"A trace's sink must be there before the first event; there have been {Count}."));
    }

    /// <summary>An event between two named parties.</summary>
    /// <param name="at">When.</param>
    /// <param name="from">Who caused it.</param>
    /// <param name="to">Whom it reached.</param>
    /// <param name="kind">What it was.</param>
    /// <param name="bytes">Bytes on the wire; 0 for what is no message.</param>
    public void Event(VirtualTime at, string from, string to, string kind, long bytes) =>
        Record(at.Ticks, Name(from), Name(to), Name(kind), bytes);

    /// <summary>The same between parties whose names have been met, or will be.</summary>
    internal void Event(VirtualTime at, TraceName from, TraceName to, TraceName kind, long bytes)
    {
        // In this order: names are numbered as they come.
        var (sender, receiver) = (Number(from), Number(to));
        Record(at.Ticks, sender, receiver, Number(kind), bytes);
    }

    /// <summary>The canonical hash of all events so far: 64 hexadecimal digits.</summary>
    public string Hash()
    {
        Flush();
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    /// <summary>The last events in words, oldest first.</summary>
    public IReadOnlyList<string> LastEvents()
    {
        var shown = (int)Math.Min(Count, Remembered);
        return [.. Enumerable.Range(0, shown).Select(i => Describe(_last[(Count - shown + i) % Remembered]))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        _hash.Dispose();
    }

    internal void Tell(VirtualTime at, IActorRef sender, IActorRef? receiver, object message)
    {
        var from = Reference(sender);
        Record(at.Ticks, from, ReferenceEquals(sender, receiver) ? from : Reference(receiver), message is ITracedAs { TraceKind: var kind } ? Name(kind) : Reference(message.GetType()), 0);
    }

    internal void Action(VirtualTime at, string kind)
    {
        var nobody = Number(_nobody);
        Record(at.Ticks, nobody, nobody, Name(kind), 0);
    }

    private int Number(TraceName name) => name.Number >= 0 ? name.Number : name.Number = Name(name.Text);

    private void Record(long ticks, int from, int to, int kind, long bytes)
    {
        _last[Count++ % Remembered] = (ticks, from, to, kind, bytes);
        if (_used == _buffer.Length)
        {
            Flush();
        }

        var place = _buffer.AsSpan(_used, EventSize);
        BinaryPrimitives.WriteInt64LittleEndian(place, ticks);
        BinaryPrimitives.WriteInt32LittleEndian(place[8..], from);
        BinaryPrimitives.WriteInt32LittleEndian(place[12..], to);
        BinaryPrimitives.WriteInt32LittleEndian(place[16..], kind);
        BinaryPrimitives.WriteInt64LittleEndian(place[24..], bytes);
        _used += EventSize;
    }

    private int Reference(object? item)
    {
        if (item is null)
        {
            return Number(_nobody);
        }

        if (!_refs.TryGetValue(item, out var number))
        {
            number = Name(item switch
            {
                IActorRef actor => actor.Path.ToStringWithoutAddress(),
                Type type => type.FullName ?? type.Name,
                _ => item.ToString() ?? "",
            });
            _refs.Add(item, number);
        }

        return number;
    }

    private int Name(string name)
    {
        if (!_names.TryGetValue(name, out var number))
        {
            number = _nameOf.Count;
            _names.Add(name, number);
            _nameOf.Add(name);
            Flush();
            Enter(Encoding.UTF8.GetBytes(FormattableString.Invariant($"name {number} {name.Length} {name}\n")));
        }

        return number;
    }

    private string Describe((long Ticks, int From, int To, int Kind, long Bytes) item) =>
        new TracedEvent(new VirtualTime(item.Ticks), _nameOf[item.From], _nameOf[item.To], _nameOf[item.Kind], item.Bytes).ToString();

    private void Flush()
    {
        Enter(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    private void Enter(ReadOnlySpan<byte> canonical)
    {
        _hash.AppendData(canonical);
        _sink?.Write(canonical);
    }
}
