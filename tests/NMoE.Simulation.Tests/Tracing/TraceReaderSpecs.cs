using System.Security.Cryptography;
using CsCheck;
using NMoE.Simulation.Time;
using NMoE.Simulation.Tracing;

namespace NMoE.Simulation.Tests.Tracing;

public sealed class TraceReaderSpecs
{
    private static readonly Gen<TracedEvent> Any =
        from ticks in Gen.Long[0, 1L << 48]
        from name in Gen.Select(Name, Name, Name)
        from bytes in Gen.Long[0, long.MaxValue]
        select new TracedEvent(new VirtualTime(ticks), name.Item1, name.Item2, name.Item3, bytes);

    private static readonly string[] Names = ["", "client-0", "a name of words", "name 0 5 trick", "line\nfeed", "é", "𝄞", "name "];

    private static Gen<string> Name => Gen.Int[0, Names.Length - 1].Select(number => Names[number]);

    [Fact]
    public void Events_read_back_as_they_happened() => Any.Array[0, 40].Sample(events =>
    {
        using var written = Written(events);
        Assert.Equal(events, TraceReader.Read(written));
    });

    [Fact]
    public void More_events_than_a_buffer_holds_read_back_too()
    {
        TracedEvent[] events = [.. Enumerable.Range(0, 10_000).Select(i => Message(i, i % 3 == 0 ? "a" : "b", "c", i))];
        using var written = Written(events);
        Assert.Equal(events, TraceReader.Read(written));
    }

    /// <summary>In little-endian order the ticks of this instant begin like a name: "name " and zeros.</summary>
    [Fact]
    public void A_time_that_looks_like_a_name_is_a_time()
    {
        TracedEvent[] events = [Message(BitConverter.ToInt64([.. "name "u8, 0, 0, 0]), "a", "b", 1)];
        using var written = Written(events);
        Assert.Equal(events, TraceReader.Read(written));
    }

    [Fact]
    public void What_a_sink_is_given_has_the_traces_hash()
    {
        var sink = new MemorySink();
        using var trace = new Trace { Sink = sink };
        for (var i = 0; i < 5000; i++)
        {
            trace.Event(new VirtualTime(i), "a", "b", i % 7 == 0 ? "ping" : "pong", i);
        }

        Assert.Equal(trace.Hash(), Convert.ToHexStringLower(SHA256.HashData(sink.Bytes.ToArray())));
    }

    [Fact]
    public void A_sink_changes_no_hash()
    {
        using var seen = new Trace { Sink = new MemorySink() };
        using var unseen = new Trace();
        foreach (var trace in new[] { seen, unseen })
        {
            trace.Event(VirtualTime.Zero, "a", "b", "ping", 3);
        }

        Assert.Equal(unseen.Hash(), seen.Hash());
    }

    [Fact]
    public void A_trace_whose_world_has_ended_is_in_its_sink_without_a_word()
    {
        var sink = new MemorySink();
        using (var trace = new Trace { Sink = sink })
        {
            trace.Event(VirtualTime.Zero, "a", "b", "ping", 3);
        }

        Assert.Equal(["ping"], TraceReader.Read(new MemoryStream(sink.Bytes.ToArray())).Select(happened => happened.Kind));
    }

    [Fact]
    public void A_sink_that_comes_late_is_refused_because_it_would_lack_names()
    {
        using var trace = new Trace();
        trace.Event(VirtualTime.Zero, "a", "b", "ping", 3);
        var refused = Assert.Throws<SimulationException>(() => trace.Sink = new MemorySink());
        Assert.Contains("there have been 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_that_ends_within_an_event_or_a_name_is_refused()
    {
        using var whole = Written([Message(1, "a", "b", 2)]);
        foreach (var lacking in new[] { 1, 31, 33, 40 })
        {
            using var cut = new MemoryStream(whole.ToArray()[..^lacking]);
            Assert.Throws<EndOfStreamException>(() => TraceReader.Read(cut).Count());
        }
    }

    private static TracedEvent Message(long ticks, string from, string to, long bytes) => new(new VirtualTime(ticks), from, to, "message", bytes);

    private static MemoryStream Written(IEnumerable<TracedEvent> events)
    {
        var sink = new MemorySink();
        using (var trace = new Trace { Sink = sink })
        {
            foreach (var (at, from, to, kind, bytes) in events)
            {
                trace.Event(at, from, to, kind, bytes);
            }
        }

        return new MemoryStream(sink.Bytes.ToArray());
    }

    private sealed class MemorySink : ITraceSink
    {
        public List<byte> Bytes { get; } = [];

        public void Write(ReadOnlySpan<byte> canonical) => Bytes.AddRange(canonical.ToArray());
    }
}
