using NMoE.Learning.Jobs;

namespace NMoE.Learning.Partitions;

/// <summary>
/// How many pictures of each class a client gets in an IID or a Non-IID(tau) partition (Sec. IV-A).
/// </summary>
public static class ClassCounts
{
    /// <summary>Pictures of each class for one client, [C]; they sum to <see cref="PartitionSpec.Rows"/>.</summary>
    /// <remarks>
    /// Non-IID(tau): with n >= C client i has the dominant class i mod C; with fewer clients the classes c with c mod n = i, which
    /// share the dominant
    /// part equally. The rest is spread evenly over the other classes. Whole numbers by largest remainder; ties go to the classes
    /// i+1, i+2, ... in
    /// cyclic order, so that over all clients no class is preferred.
    /// </remarks>
    /// <exception cref="PartitionException">The partition itself makes no sense.</exception>
    public static int[] Of(PartitionSpec spec, int client, int classes)
    {
        Check(spec);
        ArgumentOutOfRangeException.ThrowIfNegative(client);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(client, spec.Clients);
        return Round(Quotas(spec, client, classes), spec.Rows, client % classes);
    }

    /// <summary>Holds a partition to what makes sense of itself.</summary>
    /// <exception cref="PartitionException">It does not.</exception>
    internal static void Check(PartitionSpec spec)
    {
        if (spec.Clients < 1)
            throw Refused($"A partition over {spec.Clients} clients: at least 1 is needed.");
        if (spec.PerClient < 1)
            throw Refused($"A partition of {spec.PerClient} pictures a client: at least 1 is needed.");
        if (spec.Kind == PartitionKind.NonIid && !(spec.Tau is > 0 and <= 1))
            throw Refused($"A Non-IID partition with tau = {spec.Tau}: tau lies in (0, 1].");
        if (spec.Kind == PartitionKind.Dirichlet && !(spec.Alpha is > 0 and < double.PositiveInfinity))
            throw Refused($"A Dirichlet partition with alpha = {spec.Alpha}: alpha is a number above 0.");
    }

    private static PartitionException Refused(FormattableString message) => new(FormattableString.Invariant(message));

    private static double[] Quotas(PartitionSpec spec, int client, int classes)
    {
        var dominant = Dominant(spec, client, classes);
        var others = classes - dominant.Length;
        var quotas = new double[classes];
        if (others == 0 || dominant.Length == 0)
        {
            Array.Fill(quotas, (double)spec.Rows / classes);
            return quotas;
        }

        var dominantPart = spec.Count == CountRule.DominantFixed ? spec.PerClient : DominantShare(spec) * spec.PerClient;
        Array.Fill(quotas, (spec.Rows - dominantPart) / others);
        foreach (var label in dominant)
            quotas[label] = dominantPart / dominant.Length;
        return quotas;
    }

    private static double DominantShare(PartitionSpec spec) =>
        spec.Dominant == DominantRule.OneMinusTau ? 1 - spec.Tau : 1 / (1 + spec.Tau);

    private static int[] Dominant(PartitionSpec spec, int client, int classes)
    {
        if (spec.Kind == PartitionKind.Iid)
            return [];
        return spec.Clients >= classes
            ? [client % classes]
            : [.. Enumerable.Range(0, classes).Where(label => label % spec.Clients == client)];
    }

    /// <summary>Whole numbers with a given sum, by largest remainder; ties go to the classes after <paramref name="dominant"/> in cyclic order.</summary>
    internal static int[] Round(double[] quotas, int total, int dominant)
    {
        // Rounded first, so that an exact whole number never falls below itself and equal remainders stay equal.
        const int digits = 9;
        var exact = Array.ConvertAll(quotas, quota => Math.Round(quota, digits));
        var counts = Array.ConvertAll(exact, quota => (int)Math.Floor(quota));
        var byRemainder = Enumerable.Range(1, counts.Length)
            .Select(step => (dominant + step) % counts.Length)
            .OrderByDescending(label => Math.Round(exact[label] - counts[label], digits - 2));
        foreach (var label in byRemainder.Take(total - counts.Sum()))
            counts[label]++;
        return counts;
    }
}
