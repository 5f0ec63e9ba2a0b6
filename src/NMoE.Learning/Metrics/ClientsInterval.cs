namespace NMoE.Learning.Metrics;

/// <summary>
/// A 95 % interval of a share over clients: how much other clients of the same kind would move it; what another training would do, it does not say. The share is a ratio of two sums over clients,
/// whose deviation is that of the residuals y_i - r n_i (Cochran, 1977, sec. 2.11; clients are the clusters), and Student's t has one degree of freedom less than there are clients, so that few
/// clients have a wide one. What clients differ by holds the chance of their pictures already.
/// </summary>
/// <param name="Mean">The share.</param>
/// <param name="HalfWidth">Half the interval's width.</param>
public readonly record struct ClientsInterval(double Mean, double HalfWidth)
{
    private const double Normal95 = 1.959963984540054;

    // t(0.975) of 1 to 9 degrees of freedom. The platform's logarithms would differ between machines in the last bit, and results are compared by theirs.
    private static readonly double[] s_few =
        [12.706204736174698, 4.302652729749464, 3.182446305284264, 2.7764451051977934, 2.5705818356363146, 2.446911851144969, 2.3646242515927853, 2.3060041352041676, 2.2621571628540997];

    /// <summary>Of at least two clients.</summary>
    /// <param name="clients">What each client adds to the share, such as pictures that are right, and its number of pictures, above 0.</param>
    /// <exception cref="ArgumentException">There are fewer than two clients, or one without pictures.</exception>
    public static ClientsInterval Of(IReadOnlyList<(int Sum, int Pictures)> clients)
    {
        if (clients.Count < 2 || clients.Any(client => client.Pictures < 1))
            throw new ArgumentException("At least two clients are needed, each with pictures.", nameof(clients));
        var (n, pictures) = (clients.Count, (double)clients.Sum(client => (long)client.Pictures));
        var mean = clients.Sum(client => (long)client.Sum) / pictures;
        var squares = clients.Sum(client => (client.Sum - (mean * client.Pictures)) * (client.Sum - (mean * client.Pictures)));
        return new(mean, Quantile(n - 1) * Math.Sqrt(n / (n - 1.0) * squares) / pictures);
    }

    /// <summary>A share of one client's pictures by Wilson's (1927) score interval: there is nobody that it could be compared with.</summary>
    /// <param name="right">Pictures that are right.</param>
    /// <param name="pictures">Number of pictures, above 0.</param>
    /// <returns>The interval's ends; it need not have the share in its middle.</returns>
    public static (double Low, double High) OfOne(int right, int pictures)
    {
        double n = pictures;
        var (share, square) = (right / n, Normal95 * Normal95);
        var (centre, half) = ((share + (square / (2 * n))) / (1 + (square / n)), Normal95 / (1 + (square / n)) * Math.Sqrt((share * (1 - share) / n) + (square / (4 * n * n))));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>t(0.975) by degrees of freedom; from ten on by its expansion (Abramowitz and Stegun, 1964, 26.7.5), which is right to four digits after the point there.</summary>
    internal static double Quantile(int freedom)
    {
        if (freedom <= s_few.Length)
            return s_few[freedom - 1];
        const double z = Normal95, z2 = z * z;
        double v = freedom;
        return z
            + (z * (z2 + 1) / (4 * v))
            + (z * ((((5 * z2) + 16) * z2) + 3) / (96 * v * v))
            + (z * ((((((3 * z2) + 19) * z2) + 17) * z2) - 15) / (384 * v * v * v))
            + (z * ((((((((79 * z2) + 776) * z2) + 1482) * z2) - 1920) * z2) - 945) / (92160 * v * v * v * v));
    }
}
