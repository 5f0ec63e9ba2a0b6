using NMoE.Learning.Metrics;

namespace NMoE.Learning.Tests.Metrics;

public sealed class PairedIntervalTests
{
    [Fact]
    public void Discordant_rows_make_the_interval()
    {
        // 100 rows, 15 only A right, 5 only B: mean 0.10, variance (0.20 - 0.01)/100, half width 1.959964 * 0.0435890.
        var a = Enumerable.Range(0, 100).Select(i => i < 15 || i >= 50 ? 1 : 0).ToArray();
        var b = Enumerable.Range(0, 100).Select(i => i is >= 15 and < 20 || i >= 50 ? 1 : 0).ToArray();

        var interval = PairedInterval.Of(a, b);

        Assert.Equal(0.10, interval.Mean, 12);
        Assert.Equal(0.0854328, interval.HalfWidth, 6);
        Assert.True(interval.IsAboveZero);
        Assert.False(PairedInterval.Of(b, a).IsAboveZero);
    }

    [Fact]
    public void Equal_answers_differ_by_nothing() => Assert.Equal(new PairedInterval(0, 0), PairedInterval.Of([1, 0, 1], [1, 0, 1]));

    /// <summary>All of five pictures fall to one side by chance once in sixteen times, all of six once in thirty-two: less than one in twenty.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void Fewer_than_six_pictures_that_differ_tell_nothing(int differ, bool told)
    {
        var interval = PairedInterval.Of([.. Enumerable.Repeat(1, differ)], [.. Enumerable.Repeat(0, differ)]);
        Assert.Equal((1.0, told), (interval.Mean, interval.IsAboveZero));
    }

    [Fact]
    public void Different_rows_are_refused() => Assert.Throws<ArgumentException>(() => PairedInterval.Of([1, 0], [1]));
}
