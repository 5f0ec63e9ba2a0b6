namespace NMoE.Chance.Tests;

/// <summary>Against known values and the platform's own exponential.</summary>
public sealed class ExponentialTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2.718281828459045)]
    [InlineData(-1, 0.36787944117144233)]
    [InlineData(0.5, 1.6487212707001282)]
    [InlineData(10, 22026.465794806718)]
    [InlineData(-700, 9.859676543759770e-305)]
    [InlineData(709.7, 1.6549840276802644e308)]
    public void Powers_of_e_are_those_of_the_tables(double x, double power) =>
        Assert.Equal(power, Exponential.Exp(x), 5e-16 * power);

    [Fact]
    public void The_exponential_is_that_of_the_platform_to_its_last_bits()
    {
        for (var x = -708.0; x < 709.7; x += 0.0371)
        {
            Assert.Equal(Math.Exp(x), Exponential.Exp(x), 5e-16 * Math.Exp(x));
        }
    }

    [Fact]
    public void It_undoes_the_logarithm()
    {
        for (var x = 1e-3; x < 1e3; x *= 1.013)
        {
            Assert.Equal(x, Exponential.Exp(Normal.Log(x)), 3e-15 * x);
        }
    }

    [Theory]
    [InlineData(710, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-746, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.NaN, double.NaN)]
    public void Beyond_the_range_of_doubles_it_is_infinite_or_0(double x, double power) => Assert.Equal(power, Exponential.Exp(x));

    [Fact]
    public void Open_draws_lie_inside_the_unit_interval_with_the_moments_of_a_uniform_number()
    {
        const int count = 100_000;
        var draws = new Draws(7, 1, 2);
        var drawn = Enumerable.Range(0, count).Select(_ => draws.NextOpen()).ToArray();
        Assert.All(drawn, draw => Assert.InRange(draw, double.Epsilon, 1 - 1e-16));
        Assert.Equal(0.5, drawn.Average(), 3 * Math.Sqrt(1.0 / 12 / count));
        Assert.Equal(1.0 / 3, drawn.Average(draw => draw * draw), 3 * Math.Sqrt(4.0 / 45 / count));
    }
}
