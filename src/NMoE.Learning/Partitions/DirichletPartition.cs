using NMoE.Chance;
using NMoE.Learning.Data;

namespace NMoE.Learning.Partitions;

/// <summary>
/// Dirichlet(alpha) (Hsu et al., 2019): each client draws its class shares, and takes its pictures by them. Clients take in the order of their numbers; what a
/// class no longer has is taken from the others by the same shares. Test shards have the shares of the training shards that came of it.
/// </summary>
internal sealed class DirichletPartition : IPartition
{
    /// <summary>Its name in configurations.</summary>
    public const string PartitionName = "dirichlet";

    private const int Digits = 9;

    public string Name => PartitionName;

    public PartitionSpec Read(PartitionSpec all) => all.Bare() with { Alpha = all.Alpha, Like = all.Like };

    public void Check(PartitionSpec spec)
    {
        if (!(spec.Alpha is > 0 and < double.PositiveInfinity))
            throw new PartitionException(FormattableString.Invariant($"A Dirichlet partition with alpha = {spec.Alpha}: alpha is a number above 0."));
    }

    public string Describe(PartitionSpec spec) => FormattableString.Invariant($"Dirichlet({spec.Alpha})");

    public int[][] Counts(PartitionSpec spec, ulong seed, int[] available) => CountsBySize(spec, [.. Enumerable.Repeat(spec.PerClient, spec.Clients)], seed, available);

    public int[][] CountsBySize(PartitionSpec spec, int[] sizes, ulong seed, int[] available)
    {
        var needed = spec.Overlap == Overlap.Allowed ? sizes.Max() : sizes.Sum(size => (long)size);
        if (needed > available.Sum())
        {
            throw new PartitionException(FormattableString.Invariant(
                $"{spec.Clients} clients with {spec.PerClient} pictures each need {needed} different ones, but there are {available.Sum()}. Fewer clients or fewer pictures a client would fit."));
        }

        var left = available.ToArray();
        return [.. Enumerable.Range(0, spec.Clients).Select(client =>
        {
            var counts = Take(Shares(spec.Alpha, seed, client, available.Length), sizes[client], spec.Overlap == Overlap.Allowed ? [.. available] : left);
            for (var label = 0; label < left.Length; label++)
                left[label] -= spec.Overlap == Overlap.Allowed ? 0 : counts[label];
            return counts;
        })];
    }

    public double[][]? Drawn(PartitionSpec spec, ulong seed, int classes) => [.. Enumerable.Range(0, spec.Clients).Select(client => Shares(spec.Alpha, seed, client, classes))];

    /// <summary>A client's class shares, [C]; rounded, so that the last bits of a platform's power function do not count.</summary>
    public static double[] Shares(double alpha, ulong seed, int client, int classes)
    {
        var gammas = Enumerable.Range(0, classes).Select(label => Gamma(alpha, seed, client, label)).ToArray();
        var total = gammas.Sum();

        // So small an alpha that every draw is 0 leaves one class.
        return total > 0
            ? Array.ConvertAll(gammas, gamma => Math.Round(gamma / total, Digits))
            : [.. Enumerable.Range(0, classes).Select(label => label == client % classes ? 1.0 : 0.0)];
    }

    private static int[] Take(double[] shares, int total, int[] left)
    {
        var counts = new int[shares.Length];
        while (counts.Sum() < total)
        {
            var open = Enumerable.Range(0, shares.Length).Where(label => counts[label] < left[label]).ToArray();
            var weight = open.Sum(label => shares[label]);
            var missing = total - counts.Sum();
            var quotas = new double[shares.Length];
            foreach (var label in open)
                quotas[label] = missing * (weight > 0 ? shares[label] / weight : 1.0 / open.Length);
            var more = LargestRemainder.Round(quotas, missing, shares.Length - 1);
            foreach (var label in open)
                counts[label] = Math.Min(left[label], counts[label] + more[label]);
        }

        return counts;
    }

    /// <summary>A Gamma(alpha, 1) draw by Marsaglia and Tsang (2000); below 1 by the draw of alpha + 1 times u^(1/alpha).</summary>
    private static double Gamma(double alpha, ulong seed, int client, int label)
    {
        if (alpha < 1)
            return Gamma(alpha + 1, seed, client, label) * Math.Pow(Uniform(seed, client, label, 0).First, 1 / alpha);
        var d = alpha - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        for (uint attempt = 1; ; attempt++)
        {
            var (first, second) = Uniform(seed, client, label, attempt);
            var x = Normal.Quantile(first);
            var v = 1 + (c * x);
            v = v * v * v;
            if (v > 0 && Normal.Log(second) < (x * x / 2) + d - (d * v) + (d * Normal.Log(v)))
                return d * v;
        }
    }

    private static (double First, double Second) Uniform(ulong seed, int client, int label, uint attempt)
    {
        var block = Philox.Draw(seed, (uint)PhiloxPurpose.Shares, (uint)client, (uint)label, attempt);
        return (Open(block.A, block.B), Open(block.C, block.D));
    }

    /// <summary>A number in (0, 1) of 53 bits.</summary>
    private static double Open(uint high, uint low) => (((((ulong)high << 32) | low) >> 12) + 0.5) / 4503599627370496.0;
}
