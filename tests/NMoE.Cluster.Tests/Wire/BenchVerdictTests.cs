using NMoE.Bench.Nodes;

namespace NMoE.Cluster.Tests.Wire;

public sealed class BenchVerdictTests
{
    private static readonly WireBenchResult s_wire = new(new(1000, 2, 2, 0, 0), 1, 40_000_000, 92_000_000, 2, 0, []);
    private static readonly BlobBenchResult s_blobs = new(10, 1, 1, [], [], 1_000_000_000, 1_756_000_000, 0, 0, 2);

    [Fact]
    public void Memory_at_the_bound_is_bounded_and_a_byte_more_has_grown()
    {
        Assert.Null(BenchVerdict.Of(s_wire));
        Assert.Equal("memory grew from 40.0 MB to 93.0 MB: at most 92.0 MB is bounded", BenchVerdict.Of(s_wire with { Late = 93_000_000 }));
        Assert.NotNull(BenchVerdict.Of(s_wire with { Late = 92_000_001 }));
        Assert.Null(BenchVerdict.Of(s_blobs));
        Assert.NotNull(BenchVerdict.Of(s_blobs with { LateMemory = 1_756_000_001 }));
    }

    [Fact]
    public void A_suspected_or_lost_member_is_an_error()
    {
        Assert.Contains("suspected", BenchVerdict.Of(s_wire with { Unreachable = 1 }), StringComparison.Ordinal);
        Assert.Contains("0 of 2", BenchVerdict.Of(s_wire with { Members = 0 }), StringComparison.Ordinal);
        Assert.Contains("suspected", BenchVerdict.Of(s_blobs with { Unreachable = 1 }), StringComparison.Ordinal);
        Assert.Contains("0 of 2", BenchVerdict.Of(s_blobs with { Members = 0 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Unanswered_questions_and_objects_of_bytes_are_errors()
    {
        Assert.Contains("not answered", BenchVerdict.Of(s_wire with { Attack = s_wire.Attack with { Unanswered = 1 } }), StringComparison.Ordinal);
        Assert.Contains("made of bytes", BenchVerdict.Of(s_wire with { Attack = s_wire.Attack with { Made = 1 } }), StringComparison.Ordinal);
    }
}
