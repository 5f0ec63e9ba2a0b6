using NMoE.Chance;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Simulation.Tests.Network;

public sealed class DelayDistributionTests
{
    private const int Count = 50_000;

    [Fact]
    public void A_constant_delay_is_always_the_same() => Assert.Equal(Ms(7), new ConstantDelay(Ms(7)).Draw(0.9));

    [Fact]
    public void A_uniform_delay_has_the_mean_and_quantiles_of_one()
    {
        var delay = new UniformDelay(Ms(10), Ms(50));
        Assert.Equal(Ms(20), delay.Draw(0.25));
        Assert.Equal(0.030, Mean(delay), 3 * 0.040 / Math.Sqrt(12 * Count));
    }

    [Fact]
    public void A_normal_delay_has_the_mean_and_quantiles_of_one()
    {
        var delay = new NormalDelay(Ms(100), Ms(20));
        Assert.Equal(0.1 + (1.959963984540054 * 0.02), delay.Draw(0.975).TotalSeconds, 1e-7);
        Assert.Equal(0.1, Mean(delay), 3 * 0.02 / Math.Sqrt(Count));
    }

    [Fact]
    public void A_normal_delay_is_cut_at_0()
    {
        var delay = new NormalDelay(Ms(10), Ms(10));
        Assert.Equal(TimeSpan.Zero, delay.Draw(0.1));

        // E max(X, 0) = mu Phi(mu/s) + s phi(mu/s), with mu/s = 1; its variance is below that of the uncut one.
        const double expected = 0.01 * (0.8413447460685429 + 0.24197072451914337);
        Assert.Equal(expected, Mean(delay), 3 * 0.01 / Math.Sqrt(Count));
    }

    [Fact]
    public void A_log_normal_delay_has_the_median_and_mean_of_one()
    {
        var delay = new LogNormalDelay(Ms(40), 0.6);
        var mean = 0.040 * Math.Exp(0.18);
        Assert.Equal(0.040, delay.Draw(0.5).TotalSeconds, 1e-7);
        Assert.Equal(mean, Mean(delay), 3 * mean * Math.Sqrt((Math.Exp(0.36) - 1) / Count));
    }

    [Fact]
    public void A_log_normal_delay_ends_at_ten_thousand_hours() => Assert.Equal(TimeSpan.FromHours(10_000), new LogNormalDelay(Ms(20), 12).Draw(1 - 1e-9));

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static double Mean(DelayDistribution delay)
    {
        var draws = new Draws(9, 1, 1);
        return Enumerable.Range(0, Count).Average(_ => delay.Draw(draws.NextOpen()).TotalSeconds);
    }
}
