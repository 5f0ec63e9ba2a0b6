using MathNet.Numerics;

namespace NMoE.Learning.Privacy;

/// <summary>
/// The Gaussian mechanism, exactly (Balle and Wang, 2018, Theorem 8). A scale is s = sigma / sensitivity; everything depends on it alone.
/// The classical sqrt(2 ln(1.25/delta))/eps is unproved for eps >= 1, and wrong at 10.
/// </summary>
public static class GaussianMechanism
{
    private const double FarTail = 25;

    /// <summary>The delta that a scale gives at an epsilon: Phi(1/(2s) - eps s) - e^eps Phi(-1/(2s) - eps s).</summary>
    /// <param name="epsilon">At least 0.</param>
    /// <param name="scale">s > 0.</param>
    public static double Delta(double epsilon, double scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        var half = 1 / (2 * scale);
        var shift = epsilon * scale;
        return Math.Exp(LogUpperTail(shift - half)) - Math.Exp(epsilon + LogUpperTail(shift + half));
    }

    /// <summary>The smallest epsilon that a scale gives at a delta.</summary>
    /// <param name="delta">In (0, 1).</param>
    /// <param name="scale">s > 0.</param>
    public static double Epsilon(double delta, double scale)
    {
        CheckDelta(delta);
        return Delta(0, scale) <= delta ? 0 : Crossing(epsilon => Delta(epsilon, scale) > delta);
    }

    /// <summary>The smallest scale that gives (epsilon, delta): sigma is that times the sensitivity.</summary>
    /// <param name="epsilon">Above 0.</param>
    /// <param name="delta">In (0, 1).</param>
    public static double Scale(double epsilon, double delta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        CheckDelta(delta);
        return Crossing(scale => Delta(epsilon, scale) > delta);
    }

    /// <summary>
    /// The one release that several are worth, without subsampling: s = (sum s_t^-2)^(-1/2). Exact, because Gaussian releases compose to a Gaussian one.
    /// </summary>
    /// <param name="scales">Each release's; at least one.</param>
    public static double Compose(IEnumerable<double> scales)
    {
        ArgumentNullException.ThrowIfNull(scales);
        var all = scales.ToArray();

        // By the smallest one, whose square may be too small for a double.
        var least = all.Min();
        return least / Math.Sqrt(all.Sum(scale => least / scale * (least / scale)));
    }

    private static void CheckDelta(double delta)
    {
        if (!(delta is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "delta lies between 0 and 1.");
        }
    }

    /// <summary>ln of the standard normal's upper tail, also where the tail itself is too small for a double.</summary>
    private static double LogUpperTail(double x)
    {
        if (x < FarTail)
        {
            return Math.Log(0.5 * SpecialFunctions.Erfc(x / Math.Sqrt(2)));
        }

        var inverse = 1 / (x * x);
        var series = 1 - (inverse * (1 - (3 * inverse * (1 - (5 * inverse * (1 - (7 * inverse)))))));
        return (-x * x / 2) - Math.Log(x * Math.Sqrt(2 * Math.PI)) + Math.Log(series);
    }

    /// <summary>Where a predicate that holds near 0 stops holding, to the last bits.</summary>
    private static double Crossing(Func<double, bool> below)
    {
        var (low, high) = (0.0, 1.0);
        while (below(high))
        {
            (low, high) = (high, 2 * high);
        }

        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            (low, high) = below(middle) ? (middle, high) : (low, middle);
        }

        return high;
    }
}
