using NMoE.Learning.Metrics;

namespace NMoE.Learning.Tests.Metrics;

/// <summary>Against the normal approximation, whose standard errors have a closed form.</summary>
public sealed class BootstrapTests
{
    private const double Normal95 = 1.959964;

    /// <summary>Clients alike: only pictures vary, each stage adding next to nothing to sqrt(p (1 - p) / N).</summary>
    [Fact]
    public void Where_clients_are_alike_the_interval_is_the_binomials()
    {
        var interval = Bootstrap.Of([.. Enumerable.Range(0, 10).Select(_ => Client(1000, 600))]);
        Near(0.6, Normal95 * Math.Sqrt(0.6 * 0.4 / 10_000), interval, 0.1);
    }

    /// <summary>Clients all right or all wrong: only clients vary, sqrt(p (1 - p) / n) for n of them.</summary>
    [Fact]
    public void Where_clients_differ_the_interval_is_that_of_clients()
    {
        var interval = Bootstrap.Of([.. Enumerable.Range(0, 100).Select(client => Client(50, client % 2 == 0 ? 50 : 0))]);
        Near(0.5, Normal95 * Math.Sqrt(0.25 / 100), interval, 0.1);
    }

    [Fact]
    public void The_same_answers_have_the_same_interval() =>
        Assert.Equal(Bootstrap.Of([Client(20, 7), Client(30, 9)]), Bootstrap.Of([Client(20, 7), Client(30, 9)]));

    [Fact]
    public void A_client_without_pictures_is_refused() => Assert.Throws<ArgumentException>(() => Bootstrap.Of([Client(3, 1), []]));

    private static int[] Client(int pictures, int right) => [.. Enumerable.Range(0, pictures).Select(i => i < right ? 1 : 0)];

    private static void Near(double centre, double halfWidth, Bootstrap interval, double tolerance)
    {
        Assert.InRange(centre - interval.Low, halfWidth * (1 - tolerance), halfWidth * (1 + tolerance));
        Assert.InRange(interval.High - centre, halfWidth * (1 - tolerance), halfWidth * (1 + tolerance));
    }
}
