namespace NMoE.Chance.Tests;

/// <summary>Against the tables of the normal distribution and the platform's own logarithm.</summary>
public sealed class NormalTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(0.8413447460685429, 1)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-20, -9.262340089798409)]
    [InlineData(0.999, 3.090232306167814)]
    public void Quantiles_are_those_of_the_tables(double p, double x) =>
        Assert.Equal(x, Normal.Quantile(p), 4e-15 * Math.Max(1, Math.Abs(x)));

    [Fact]
    public void The_logarithm_is_that_of_the_platform_to_its_last_bits()
    {
        for (var x = 1e-300; x < 1e300; x *= 1.37)
        {
            Assert.Equal(Math.Log(x), Normal.Log(x), Math.Max(1, Math.Abs(Math.Log(x))) * 1e-15);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void What_is_no_probability_is_refused(double p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(p));
}
