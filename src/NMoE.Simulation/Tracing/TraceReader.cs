using System.Buffers.Binary;
using System.Text;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Tracing;

/// <summary>Reads a trace's canonical form back, an event at a time.</summary>
public static class TraceReader
{
    private const int BufferBytes = 1 << 16;
    private static readonly byte[] NameStart = "name "u8.ToArray();

    /// <summary>The events of a trace, in order; the stream is read as far as they are asked for, and left open.</summary>
    /// <param name="canonical">What an <see cref="ITraceSink"/> was given, from its first byte on.</param>
    /// <exception cref="EndOfStreamException">It ends within an event or a name.</exception>
    /// <exception cref="InvalidDataException">It is no canonical form.</exception>
    public static IEnumerable<TracedEvent> Read(Stream canonical)
    {
        var bytes = new BufferedStream(canonical, BufferBytes);
        var names = new List<string>();
        var item = new byte[Trace.EventSize];
        while (bytes.ReadAtLeast(item.AsSpan(0, sizeof(long)), sizeof(long), throwOnEndOfStream: false) is > 0 and var began)
        {
            bytes.ReadExactly(item.AsSpan(began, sizeof(long) - began));
            if (IsName(item))
            {
                names.Add(Name(bytes, item.AsSpan(NameStart.Length, sizeof(long) - NameStart.Length)));
            }
            else
            {
                bytes.ReadExactly(item.AsSpan(sizeof(long)));
                yield return Event(item, names);
            }
        }
    }

    /// <summary>An event begins with its ticks, whose last byte is 0 in the first 228 years.</summary>
    private static bool IsName(ReadOnlySpan<byte> item) => item.StartsWith(NameStart) && item[sizeof(long) - 1] != 0;

    /// <summary>A name is written as <c>name NUMBER LENGTH TEXT</c> and a line feed, the length in UTF-16 units.</summary>
    private static string Name(Stream bytes, ReadOnlySpan<byte> begun)
    {
        var line = new List<byte>([.. begun]);
        while (true)
        {
            // A name of no letters, whose number and length have a digit each, ends with the second byte from here.
            var next = bytes.ReadByte();
            if (next < 0)
            {
                throw new EndOfStreamException("The trace ends within a name.");
            }

            if (next == '\n' && Whole(Encoding.UTF8.GetString([.. line])) is { } name)
            {
                return name;
            }

            line.Add((byte)next);
        }
    }

    /// <summary>The text of a line that is as long as it says; null where a line feed belonged to the text.</summary>
    private static string? Whole(string line)
    {
        var parts = line.Split(' ', 3);
        return parts.Length == 3 && int.TryParse(parts[1], out var length)
            ? parts[2].Length == length ? parts[2] : null
            : throw new InvalidDataException($"'name {line}' is no name of a trace.");
    }

    private static TracedEvent Event(ReadOnlySpan<byte> item, List<string> names)
    {
        string Named(int number) => number >= 0 && number < names.Count
            ? names[number]
            : throw new InvalidDataException(FormattableString.Invariant($"The trace has no name {number}."));
        return new(
            new VirtualTime(BinaryPrimitives.ReadInt64LittleEndian(item)),
            Named(BinaryPrimitives.ReadInt32LittleEndian(item[8..])), Named(BinaryPrimitives.ReadInt32LittleEndian(item[12..])),
            Named(BinaryPrimitives.ReadInt32LittleEndian(item[16..])), BinaryPrimitives.ReadInt64LittleEndian(item[24..]));
    }
}
