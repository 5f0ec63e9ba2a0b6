using NMoE.Cluster.Live.Shaping;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Tests.Live;

/// <summary>Flows that share a link, on a manual clock.</summary>
public sealed class ShapedLinkSpecs
{
    private const int Chunk = 1000;

    // A chunk of 1000 B takes 1 ms at 8 Mbit/s.
    private readonly ShapedLink<string> _link = new(new TokenBucket(8e6));

    [Fact]
    public void Two_flows_take_turns_and_each_has_half()
    {
        for (var k = 0; k < 3; k++)
        {
            _link.Offer("a", Chunk, VirtualTime.Zero);
        }

        for (var k = 0; k < 3; k++)
        {
            _link.Offer("b", Chunk, VirtualTime.Zero);
        }

        var passed = _link.Advance(Milliseconds(6)).ToArray();

        Assert.Equal("ababab", string.Concat(passed.Select(item => item.Flow)));
        Assert.Equal([1.0, 2, 3, 4, 5, 6], passed.Select(item => item.At.Seconds * 1000));
    }

    [Fact]
    public void Equal_flows_through_one_link_end_at_k_times_the_size_over_the_rate()
    {
        foreach (var flow in new[] { "a", "b", "c" })
        {
            for (var k = 0; k < 10; k++)
            {
                _link.Offer(flow, Chunk, VirtualTime.Zero);
            }
        }

        var ends = _link.Advance(Milliseconds(1000)).GroupBy(item => item.Flow).Select(flow => flow.Last().At);

        // 3 x 10 kB at 8 Mbit/s are 30 ms; turns of a chunk part the ends by a chunk each.
        Assert.Equal([28.0, 29, 30], ends.Select(end => end.Seconds * 1000));
    }

    [Fact]
    public void A_flow_that_offers_its_next_chunk_when_one_has_passed_loses_nothing_by_a_late_timer()
    {
        _link.Offer("a", Chunk, VirtualTime.Zero);
        var passed = 0;
        foreach (var chunk in _link.Advance(Milliseconds(100)))
        {
            passed++;
            _link.Offer("a", Chunk, chunk.At);
        }

        Assert.Equal(100, passed);
    }

    [Fact]
    public void Nothing_passes_before_its_time()
    {
        _link.Offer("a", Chunk, Milliseconds(5));

        Assert.Empty(_link.Advance(new VirtualTime(Milliseconds(6).Ticks - 1)));
        Assert.Equal(Milliseconds(6), _link.Next);
        Assert.Single(_link.Advance(Milliseconds(6)));
        Assert.Null(_link.Next);
    }

    [Fact]
    public void What_a_flow_had_waiting_is_gone_when_it_is_removed()
    {
        _link.Offer("a", Chunk, VirtualTime.Zero);
        _link.Offer("b", Chunk, VirtualTime.Zero);
        _link.Offer("b", Chunk, VirtualTime.Zero);

        _link.Remove("b");

        Assert.Equal(["a"], _link.Advance(Milliseconds(10)).Select(item => item.Flow));
    }

    private static VirtualTime Milliseconds(int count) => new(count * TimeSpan.TicksPerMillisecond);
}
