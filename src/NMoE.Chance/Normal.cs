namespace NMoE.Chance;

/// <summary>
/// The standard normal's quantile with the same bits on every machine: only operations that IEEE 754 rounds exactly, because the logarithms of
/// platforms differ in their last bits.
/// </summary>
public static class Normal
{
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Sqrt2 = 1.41421356237309504880;

    private static readonly double[] CentreAbove =
    [
        2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080,
    ];

    private static readonly double[] CentreBelow =
    [
        5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
        5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1,
    ];

    private static readonly double[] NearAbove =
    [
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
        3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734,
    ];

    private static readonly double[] NearBelow =
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1,
    ];

    private static readonly double[] FarAbove =
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720,
    ];

    private static readonly double[] FarBelow =
    [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1,
    ];

    /// <summary>x with Phi(x) = p, by Wichura's AS 241 (1988), to about 1e-16 of its value.</summary>
    /// <param name="p">In (0, 1).</param>
    public static double Quantile(double p)
    {
        if (!(p is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability between 0 and 1 is needed.");
        }

        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            return q * Ratio(CentreAbove, CentreBelow, 0.180625 - (q * q));
        }

        var r = Math.Sqrt(-Log(q < 0 ? p : 1 - p));
        var tail = r <= 5 ? Ratio(NearAbove, NearBelow, r - 1.6) : Ratio(FarAbove, FarBelow, r - 5);
        return q < 0 ? -tail : tail;
    }

    /// <summary>ln x of a positive, normal number: exponent and mantissa apart, the mantissa by the series of 2 artanh((m - 1)/(m + 1)).</summary>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > Sqrt2)
        {
            mantissa /= 2;
            exponent++;
        }

        var t = (mantissa - 1) / (mantissa + 1);
        var square = t * t;
        double sum = 0;
        for (var odd = 25; odd >= 3; odd -= 2)
        {
            sum = square * ((1.0 / odd) + sum);
        }

        return (exponent * Ln2High) + ((exponent * Ln2Low) + (2 * t * (1 + sum)));
    }

    private static double Ratio(double[] above, double[] below, double x) => Polynomial(above, x) / Polynomial(below, x);

    private static double Polynomial(double[] coefficients, double x) =>
        coefficients.Aggregate(0.0, (value, coefficient) => (value * x) + coefficient);
}
