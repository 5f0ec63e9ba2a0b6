using NMoE.Reporting.Sweeps;

namespace NMoE.Reporting.Tests.Sweeps;

/// <summary>Against printed tables of Student's t at 0.975: 12.7062 (1 degree of freedom), 2.77645 (4), 2.04227 (30).</summary>
public sealed class SeedIntervalSpecs
{
    [Fact]
    public void Two_seeds_say_very_little()
    {
        // s = 1/sqrt 2, s/sqrt n = 1/2.
        var interval = SeedInterval.Of([0, 1]);
        Assert.Equal(0.5, interval.Mean, 12);
        Assert.Equal(12.7062047362 / 2, interval.HalfWidth!.Value, 8);
    }

    [Fact]
    public void Five_seeds()
    {
        // s^2 = 10/4, s/sqrt n = sqrt(1/2).
        var interval = SeedInterval.Of([1, 2, 3, 4, 5]);
        Assert.Equal(3, interval.Mean, 12);
        Assert.Equal(2.7764451052 * Math.Sqrt(0.5), interval.HalfWidth!.Value, 8);
    }

    [Fact]
    public void Thirty_one_seeds()
    {
        // Fifteen of 0, fifteen of 2 and one of 1: s^2 = 30/30.
        var interval = SeedInterval.Of([.. Enumerable.Repeat(0.0, 15), .. Enumerable.Repeat(2.0, 15), 1]);
        Assert.Equal(2.0422724563 / Math.Sqrt(31), interval.HalfWidth!.Value, 8);
    }

    [Fact]
    public void One_seed_has_no_interval() => Assert.Equal(new SeedInterval(0.7, null), SeedInterval.Of([0.7]));

    [Fact]
    public void No_seed_has_no_mean() => Assert.Throws<ArgumentException>(() => SeedInterval.Of([]));
}
