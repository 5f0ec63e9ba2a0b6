namespace NMoE.Learning.Metrics;

/// <summary>The difference of two accuracies on the same rows, with its 95 % interval.</summary>
/// <param name="Mean">Accuracy of A minus accuracy of B, in [-1, 1].</param>
/// <param name="HalfWidth">Half the width of the interval.</param>
public readonly record struct PairedInterval(double Mean, double HalfWidth)
{
    private const double Normal95 = 1.959963984540054;

    // Of more discordant rows the exact test and Wald's interval say the same.
    private const int MostExact = 100;
    private const double Level = 0.05;

    /// <summary>Whether A is better by the whole interval.</summary>
    public bool IsAboveZero => Mean - HalfWidth > 0;

    /// <summary>
    /// Wald interval of paired proportions, on the discordant rows as McNemar's test: with b rows only A has right and c rows only B
    /// has right,
    /// mean (b - c)/n and variance ((b + c)/n - mean^2)/n. Where McNemar's exact test on few discordant rows tells nothing, it reaches to zero at least.
    /// </summary>
    /// <param name="rightA">1 where A is right, else 0, [n].</param>
    /// <param name="rightB">The same of B.</param>
    /// <exception cref="ArgumentException">The two have no rows, or different numbers of them.</exception>
    public static PairedInterval Of(ReadOnlySpan<int> rightA, ReadOnlySpan<int> rightB)
    {
        if (rightA.Length == 0 || rightA.Length != rightB.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{rightA.Length} rows against {rightB.Length}: the same rows are needed, at least one."));
        }

        var (onlyA, onlyB) = (0, 0);
        for (var row = 0; row < rightA.Length; row++)
        {
            if (rightA[row] > rightB[row])
                onlyA++;
            else if (rightA[row] < rightB[row])
                onlyB++;
        }

        double n = rightA.Length;
        var mean = (onlyA - onlyB) / n;
        var wald = Normal95 * Math.Sqrt((((onlyA + onlyB) / n) - (mean * mean)) / n);
        return new(mean, IsTold(onlyA, onlyB) ? wald : Math.Max(wald, Math.Abs(mean)));
    }

    /// <summary>Whether b + c tosses of a coin fall as unevenly less than once in twenty times (McNemar, 1947; exact, two-sided).</summary>
    private static bool IsTold(int onlyA, int onlyB)
    {
        var tosses = onlyA + onlyB;
        if (tosses > MostExact)
            return true;
        var (term, tail) = (Math.ScaleB(1, -tosses), 0.0);
        for (var k = 0; k <= Math.Min(onlyA, onlyB); k++)
        {
            tail += term;
            term *= (tosses - k) / (k + 1.0);
        }

        return 2 * tail < Level;
    }
}
