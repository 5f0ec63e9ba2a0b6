using NMoE.Learning.Privacy;

namespace NMoE.Learning.Tests.Privacy;

/// <summary>Against values computed elsewhere with 50 digits.</summary>
public sealed class GaussianMechanismTests
{
    private const double Delta = 1e-5;

    [Theory]
    [InlineData(0.1, 30.749566132)]
    [InlineData(1, 3.73063163482)]
    [InlineData(2, 1.99381244564)]
    [InlineData(8, 0.600229072199)]
    [InlineData(10, 0.499888619709)]
    public void Sigma_for_an_epsilon_is_that_of_the_reference(double epsilon, double sigma) =>
        Assert.Equal(sigma, GaussianMechanism.Scale(epsilon, Delta), sigma * 1e-11);

    [Theory]
    [InlineData(1, 4.37717809568)]
    [InlineData(2, 1.99309140442)]
    [InlineData(10, 0.340669364684)]
    public void Epsilon_of_a_scale_is_that_of_the_reference(double scale, double epsilon) =>
        Assert.Equal(epsilon, GaussianMechanism.Epsilon(Delta, scale), epsilon * 1e-11);

    [Theory]
    [InlineData(10, 100, 4.377178096)]
    [InlineData(10, 200, 6.572970067)]
    public void Releases_compose_as_in_the_reference(double scale, int releases, double epsilon) =>
        Assert.Equal(epsilon, GaussianMechanism.Epsilon(Delta, GaussianMechanism.Compose(Enumerable.Repeat(scale, releases))), 1e-9);

    /// <summary>Two alike are worth one that is smaller by the root of two, also where the square of neither is a double; one that is far smaller than the other counts alone.</summary>
    [Fact]
    public void Scales_too_small_to_be_squared_compose_like_others()
    {
        Assert.Equal(1e-158 / Math.Sqrt(2), GaussianMechanism.Compose([1e-158, 1e-158]), 1e-172);
        Assert.Equal(1e-300, GaussianMechanism.Compose([1e-300, 1]), 1e-314);
        Assert.Equal(double.PositiveInfinity, GaussianMechanism.Epsilon(1e-5, GaussianMechanism.Compose([1e-158])));
    }

    [Fact]
    public void The_bound_by_Renyi_divergence_is_that_of_the_reference() =>
        Assert.Equal(4.7285070672, RenyiEpsilon(Delta, 1), 1e-10);

    [Fact]
    public void The_bound_by_Renyi_divergence_never_lies_below_the_exact_value()
    {
        for (var scale = 0.2; scale < 50; scale *= 1.2)
        {
            Assert.True(RenyiEpsilon(Delta, scale) >= GaussianMechanism.Epsilon(Delta, scale), $"{scale}");
        }
    }

    /// <summary>The published noise: sigma 0.00104, mu 4, 200 rounds: eps about 183 with 5000 samples, about 604 with 2500.</summary>
    [Theory]
    [InlineData(5000, 183)]
    [InlineData(2500, 604)]
    public void The_authors_noise_costs_what_the_reference_says(int samples, double epsilon)
    {
        var scale = 0.00104 / Sensitivity.Of(Neighbours.ReplaceOne, 4, samples);
        Assert.Equal(epsilon, GaussianMechanism.Epsilon(Delta, GaussianMechanism.Compose(Enumerable.Repeat(scale, 200))), 0.5);
    }

    [Fact]
    public void A_scale_and_its_epsilon_are_inverse()
    {
        for (var epsilon = 0.05; epsilon < 2000; epsilon *= 1.7)
        {
            Assert.Equal(epsilon, GaussianMechanism.Epsilon(Delta, GaussianMechanism.Scale(epsilon, Delta)), epsilon * 1e-9);
        }
    }

    [Fact]
    public void Noise_far_beyond_need_costs_nothing() => Assert.Equal(0, GaussianMechanism.Epsilon(Delta, 1e6));

    [Theory]
    [InlineData(0, 1e-5)]
    [InlineData(-1, 1e-5)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, double.NaN)]
    public void What_is_no_guarantee_is_refused(double epsilon, double delta) =>
        Assert.ThrowsAny<ArgumentOutOfRangeException>(() => GaussianMechanism.Scale(epsilon, delta));

    /// <summary>
    /// The looser bound by Renyi divergence (Mironov, 2017, with the conversion of Canonne, Kamath and Steinke, 2020): a cross-check. The orders are 1.1 to 10.9 in steps of 0.1 and
    /// 12 to 63.
    /// </summary>
    private static double RenyiEpsilon(double delta, double scale) => Enumerable.Range(11, 99).Select(tenth => tenth / 10.0).Concat(Enumerable.Range(12, 52).Select(order => (double)order))
        .Min(order => (order / (2 * scale * scale)) + Math.Log((order - 1) / order) - (Math.Log(delta * order) / (order - 1)));
}
