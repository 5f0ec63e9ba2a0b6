using NMoE.Chance;
using NMoE.Learning.Data;

namespace NMoE.Learning.Partitions;

/// <summary>
/// Non-IID(tau) (Sec. IV-A): with n >= C client i has the dominant class i mod C; with fewer clients the classes c with c mod n = i, which share the dominant part
/// equally. Under <see cref="DominantOrder.Drawn"/> it has the classes at those places of a permutation. The rest is spread evenly over the other classes. Whole numbers
/// by largest remainder; ties go to the classes after the (first) dominant one in cyclic order, so that over all clients no class is preferred.
/// </summary>
public sealed class NonIidPartition : IPartition
{
    /// <summary>Its name in configurations.</summary>
    public const string PartitionName = "non-iid";

    /// <inheritdoc/>
    public string Name => PartitionName;

    /// <inheritdoc/>
    public PartitionSpec Read(PartitionSpec all)
    {
        ArgumentNullException.ThrowIfNull(all);
        return all.Bare() with { Tau = all.Tau, Dominant = all.Dominant, Order = all.Order, Count = all.Count };
    }

    /// <inheritdoc/>
    public void Check(PartitionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!(spec.Tau is > 0 and <= 1))
            throw new PartitionException(FormattableString.Invariant($"A Non-IID partition with tau = {spec.Tau}: tau lies in (0, 1]."));
    }

    /// <inheritdoc/>
    public int Rows(PartitionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Count == CountRule.DominantFixed ? spec.PerClient + Halves.Round(spec.Tau * spec.PerClient) : spec.PerClient;
    }

    /// <inheritdoc/>
    public string Describe(PartitionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return FormattableString.Invariant($"Non-IID({spec.Tau})");
    }

    /// <inheritdoc/>
    public int[][] Counts(PartitionSpec spec, ulong seed, int[] available)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(available);
        var order = Order(spec, seed, available.Length);
        return [.. Enumerable.Range(0, spec.Clients).Select(client => Of(spec, client, order))];
    }

    /// <summary>The classes in the order in which clients have them, [C].</summary>
    private static int[] Order(PartitionSpec spec, ulong seed, int classes) => spec.Order == DominantOrder.Drawn
        ? new Draws(seed, (uint)PhiloxPurpose.DominantOrder, 0).Permutation(classes)
        : [.. Enumerable.Range(0, classes)];

    private int[] Of(PartitionSpec spec, int client, int[] order)
    {
        var (rows, classes) = (Rows(spec), order.Length);
        int[] dominant = spec.Clients >= classes
            ? [order[client % classes]]
            : [.. order.Where((_, place) => place % spec.Clients == client)];
        var others = classes - dominant.Length;
        if (others == 0)
            return IidPartition.Even(rows, client, classes);
        var quotas = new double[classes];
        var dominantPart = spec.Count == CountRule.DominantFixed ? spec.PerClient : DominantShare(spec) * spec.PerClient;
        Array.Fill(quotas, (rows - dominantPart) / others);
        foreach (var label in dominant)
            quotas[label] = dominantPart / dominant.Length;
        return LargestRemainder.Round(quotas, rows, dominant[0]);
    }

    private static double DominantShare(PartitionSpec spec) =>
        spec.Dominant == DominantRule.OneMinusTau ? 1 - spec.Tau : 1 / (1 + spec.Tau);
}
