using NMoE.Chance;
using NMoE.Learning.Data;

namespace NMoE.Learning.Partitions;

/// <summary>How many pictures each client has: a function of the partition, the data set as jobs name it, and the key.</summary>
public static class ShardSizes
{
    private const int Digits = 9;

    // No client has this number, so that its draws are nobody's class shares.
    private const int NoClient = int.MaxValue;

    /// <summary>Pictures of each client in a split, [n].</summary>
    /// <param name="spec">The partition.</param>
    /// <param name="data">The data set.</param>
    /// <param name="split">The split that is dealt.</param>
    /// <param name="seed">The partition's key.</param>
    public static int[] Of(PartitionSpec spec, DataSpec data, DataSplit split, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        if (spec.Kind == NaturalPartition.PartitionName && data.Users is { } users && users.Chosen(spec.Clients) is { Length: var count } chosen && count == spec.Clients)
            return [.. chosen.Select(user => users.Of(split)[user])];
        if (spec.File is { } file && split == DataSplit.Train)
            return [.. file.Rows.Select(own => own.Length)];
        var partition = Partitions.Of(spec.Kind);
        return Array.ConvertAll(Drawn(spec, seed), size => partition.Rows(spec with { PerClient = size }));
    }

    /// <summary>What <see cref="PartitionSpec.PerClient"/> would be for each client, [n]: at least <see cref="PartitionSpec.Fewest"/> each, and so many in all as if all had as many.</summary>
    internal static int[] Drawn(PartitionSpec spec, ulong seed)
    {
        if (spec.Sizes == SizeRule.Equal)
            return [.. Enumerable.Repeat(spec.PerClient, spec.Clients)];
        var shares = spec.Sizes == SizeRule.Dirichlet ? DirichletPartition.Shares(spec.Spread, seed, NoClient, spec.Clients) : LogNormal(spec, seed);
        var least = Math.Min(spec.Fewest ?? 1, spec.PerClient);
        var (total, rest) = (shares.Sum(), spec.Clients * (spec.PerClient - least));
        var quotas = Array.ConvertAll(shares, share => share * rest / total);
        return Array.ConvertAll(LargestRemainder.Round(quotas, rest, spec.Clients - 1), more => least + more);
    }

    /// <summary>exp(sigma z), rounded, so that the last bits of a platform's exponential do not count.</summary>
    private static double[] LogNormal(PartitionSpec spec, ulong seed)
    {
        var draws = new Draws(seed, (uint)PhiloxPurpose.Sizes, 0);
        return [.. Enumerable.Range(0, spec.Clients).Select(_ => Math.Round(Math.Exp(spec.Spread * Normal.Quantile(Math.Clamp(draws.Next(), 1e-12, 1 - 1e-12))), Digits))];
    }
}
