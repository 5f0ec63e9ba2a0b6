using MathNet.Numerics.Distributions;

namespace NMoE.Reporting.Sweeps;

/// <summary>
/// A mean over seeds with its 95 % interval by Student's t (1908): mean +- t(0.975, n - 1) s / sqrt(n), s the sample's standard deviation. It says how much other
/// seeds would move the mean: another partition, start and order of pictures, but the same pictures.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">Half the interval's width; null for a single seed, of which nothing is known.</param>
internal sealed record SeedInterval(double Mean, double? HalfWidth)
{
    private const double Upper = 0.975;

    /// <summary>Of one value a seed, or of one difference a seed where both sides were run with it.</summary>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static SeedInterval Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            throw new ArgumentException("At least one seed is needed.", nameof(values));
        }

        var mean = values.Average();
        if (values.Count == 1)
        {
            return new(mean, null);
        }

        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new(mean, StudentT.InvCDF(0, 1, values.Count - 1, Upper) * Math.Sqrt(variance / values.Count));
    }
}
