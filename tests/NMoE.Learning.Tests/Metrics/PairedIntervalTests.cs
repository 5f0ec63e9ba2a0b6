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

    /// <summary>
    /// By the tails of the binomial distribution, two-sided: 5 of 5 has 0.0625 and 6 of 6 0.03125; 8 to 1 has 0.0391, 8 to 2 0.1094; 16 to 5 has 0.0266 and 15 to 5 0.0414, though Wald's interval
    /// of 15 to 6 (0.0784) lies above zero by a hair as well.
    /// </summary>
    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(5, 0, false)]
    [InlineData(6, 0, true)]
    [InlineData(8, 1, true)]
    [InlineData(8, 2, false)]
    [InlineData(15, 5, true)]
    [InlineData(15, 6, false)]
    public void Few_pictures_that_differ_tell_what_the_exact_test_says(int onlyA, int onlyB, bool told)
    {
        var interval = PairedInterval.Of(
            [.. Enumerable.Repeat(1, onlyA), .. Enumerable.Repeat(0, onlyB), .. Enumerable.Repeat(1, 100)], [.. Enumerable.Repeat(0, onlyA), .. Enumerable.Repeat(1, onlyB), .. Enumerable.Repeat(1, 100)]);
        Assert.Equal(told, interval.IsAboveZero);
    }

    [Fact]
    public void Different_rows_are_refused() => Assert.Throws<ArgumentException>(() => PairedInterval.Of([1, 0], [1]));
}
