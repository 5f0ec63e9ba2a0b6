using NMoE.Learning.Jobs;

namespace NMoE.Learning.Partitions;

/// <summary>
/// How many pictures of each class a client gets (algorithms of the paper, Sec. IV-A; the table's reading: dominant share 1/(1+tau)).
/// </summary>
public static class ClassCounts
{
    /// <summary>Pictures of each class for one client, [C]; they sum to <see cref="PartitionSpec.PerClient"/>.</summary>
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
        return Round(Quotas(spec, client, classes), spec.PerClient, client % classes);
    }

    private static void Check(PartitionSpec spec)
    {
        if (spec.Clients < 1)
            throw Refused($"A partition over {spec.Clients} clients: at least 1 is needed.");
        if (spec.PerClient < 1)
            throw Refused($"A partition of {spec.PerClient} pictures a client: at least 1 is needed.");
        if (spec.Kind == PartitionKind.NonIid && !(spec.Tau is > 0 and <= 1))
            throw Refused($"A Non-IID partition with tau = {spec.Tau}: tau lies in (0, 1].");
    }

    private static PartitionException Refused(FormattableString message) => new(FormattableString.Invariant(message));

    private static double[] Quotas(PartitionSpec spec, int client, int classes)
    {
        var dominant = Dominant(spec, client, classes);
        var others = classes - dominant.Length;
        var quotas = new double[classes];
        if (others == 0 || dominant.Length == 0)
        {
            Array.Fill(quotas, (double)spec.PerClient / classes);
            return quotas;
        }

        var share = 1 / (1 + spec.Tau);
        Array.Fill(quotas, (1 - share) * spec.PerClient / others);
        foreach (var label in dominant)
            quotas[label] = share * spec.PerClient / dominant.Length;
        return quotas;
    }

    private static int[] Dominant(PartitionSpec spec, int client, int classes)
    {
        if (spec.Kind == PartitionKind.Iid)
            return [];
        return spec.Clients >= classes
            ? [client % classes]
            : [.. Enumerable.Range(0, classes).Where(label => label % spec.Clients == client)];
    }

    private static int[] Round(double[] quotas, int total, int dominant)
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
