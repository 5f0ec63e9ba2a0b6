namespace NMoE.Chance;

/// <summary>
/// e to the power of x with the same bits on every machine: only operations that IEEE 754 rounds exactly, because the exponentials of
/// platforms differ in their last bits.
/// </summary>
public static class Exponential
{
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700;
    private const double Largest = 709.782712893384;
    private const double Least = -745.2;
    private const int Terms = 14;

    /// <summary>e^x, to about 2e-16 of its value: a power of two apart, the rest by the series of e^r with |r| at most ln 2 / 2.</summary>
    /// <param name="x">Any number; above 709.78 the result is infinite, below -745.2 it is 0.</param>
    public static double Exp(double x)
    {
        if (double.IsNaN(x) || x > Largest)
        {
            return double.IsNaN(x) ? x : double.PositiveInfinity;
        }

        if (x < Least)
        {
            return 0;
        }

        // Ln2High ends in zeros, so that its multiples and the difference are exact.
        var power = (int)Math.Round(x * InverseLn2, MidpointRounding.ToEven);
        var rest = (x - (power * Ln2High)) - (power * Ln2Low);
        double sum = 1;
        for (var term = Terms; term >= 1; term--)
        {
            sum = 1 + (rest * sum / term);
        }

        // In two steps, because 2^1024 is no double though the product may be one, and so that the smallest results are rounded once.
        return sum * PowerOfTwo(power / 2) * PowerOfTwo(power - (power / 2));
    }

    private static double PowerOfTwo(int power) => BitConverter.Int64BitsToDouble((power + 1023L) << 52);
}
