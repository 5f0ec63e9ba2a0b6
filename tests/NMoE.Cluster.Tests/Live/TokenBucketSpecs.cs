using CsCheck;
using NMoE.Cluster.Live.Shaping;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Tests.Live;

/// <summary>Buckets against closed forms. Nobody waits: times are given.</summary>
public sealed class TokenBucketSpecs
{
    private const double Lte = 12e6;

    [Fact]
    public void A_lone_message_takes_its_bits_over_the_rate() =>
        // 3 MB at 12 Mbit/s: 24 Mbit / 12 Mbit/s = 2 s.
        Assert.Equal(At(5 + 2), new TokenBucket(Lte).Pass(At(5), 3_000_000));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Chunks_take_as_long_as_the_whole_to_the_tick(int chunk)
    {
        var bucket = new TokenBucket(Lte);
        for (var left = 99_990; left > 0; left -= chunk)
        {
            bucket.Pass(At(1), Math.Min(chunk, left));
        }

        // 99990 B are 799920 bit: 0.06666 s.
        Assert.Equal(new VirtualTime(10_000_000 + 666_600), bucket.Free);
    }

    [Fact]
    public void Time_that_nobody_used_is_not_made_up_for()
    {
        var bucket = new TokenBucket(Lte);
        bucket.Pass(At(0), 1_500_000);

        Assert.Equal(At(101), bucket.Pass(At(100), 1_500_000));
    }

    [Fact]
    public void A_chunk_that_was_there_all_along_loses_nothing_by_a_late_look()
    {
        var bucket = new TokenBucket(Lte);
        bucket.Pass(At(0), 1_500_000);

        // Ready at 0.5 s, whenever the timer fired: it begins when the first has passed, at 1 s.
        Assert.Equal(At(2), bucket.Pass(new VirtualTime(5_000_000), 1_500_000));
    }

    [Fact]
    public void A_bucket_at_four_fifths_of_the_rate_shows_a_quarter_more_time()
    {
        var right = new TokenBucket(Lte).Pass(At(0), 3_000_000) - At(0);
        var planted = new TokenBucket(0.8 * Lte).Pass(At(0), 3_000_000) - At(0);

        Assert.Equal(1.25, planted / right, 9);
    }

    [Fact]
    public void Without_a_limit_everything_passes_at_once() =>
        Assert.Equal(At(3), new TokenBucket(double.PositiveInfinity).Pass(At(3), long.MaxValue / 16));

    [Fact]
    public void Nothing_is_ever_faster_than_the_rate() => Gen.Select(Gen.Int[1, 70_000].Array[1, 50], Gen.Double[1e3, 1e9]).Sample((chunks, rate) =>
    {
        var bucket = new TokenBucket(rate);
        foreach (var chunk in chunks)
        {
            bucket.Pass(VirtualTime.Zero, chunk);
        }

        var ticks = 8.0 * chunks.Sum(chunk => (long)chunk) / rate * TimeSpan.TicksPerSecond;
        Assert.InRange(bucket.Free.Ticks, Math.Floor(ticks), Math.Ceiling(ticks) + 1);
    });

    private static VirtualTime At(int seconds) => new(seconds * TimeSpan.TicksPerSecond);
}
