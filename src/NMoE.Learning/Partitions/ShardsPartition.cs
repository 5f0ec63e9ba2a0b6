using NMoE.Chance;
using NMoE.Learning.Data;

namespace NMoE.Learning.Partitions;

/// <summary>
/// McMahan et al. (2017): pictures in the order of their classes are cut into shards of equal size, and each client is dealt a few at random. Where not all pictures are asked for,
/// as large a share of each class is cut. Test shards have the class shares of the training shards.
/// </summary>
internal sealed class ShardsPartition : IPartition
{
    /// <summary>Its name in configurations.</summary>
    public const string PartitionName = "shards";

    public string Name => PartitionName;

    public PartitionSpec Read(PartitionSpec all) => all.Bare() with { Shards = all.Shards, Like = all.Like, Sizes = SizeRule.Equal, Spread = 0 };

    public void Check(PartitionSpec spec)
    {
        if (spec.Like is not null)
            return;
        if (spec.Shards < 1 || spec.PerClient % spec.Shards != 0)
        {
            throw new PartitionException(FormattableString.Invariant(
                $"{spec.PerClient} pictures a client are no whole number of {spec.Shards} shards of equal size. A multiple of {spec.Shards} pictures, or another number of shards, would fit."));
        }

        if (spec.Overlap == Overlap.Allowed)
            throw new PartitionException("The partition shards deals each picture once. data.allow-overlap = off, or another partition, would fit.");
    }

    public string Describe(PartitionSpec spec) => FormattableString.Invariant($"{spec.Shards} shards a client");

    public int[][] Counts(PartitionSpec spec, ulong seed, int[] available)
    {
        var size = spec.PerClient / spec.Shards;
        var (there, needed) = (available.Sum(label => (long)label), (long)spec.Clients * spec.PerClient);
        if (needed > there)
        {
            throw new PartitionException(FormattableString.Invariant(
                $"{spec.Clients} clients with {spec.PerClient} pictures each need {needed} different ones, but there are {there}. Fewer clients or fewer pictures a client would fit."));
        }

        var cut = LargestRemainder.Round(Array.ConvertAll(available, label => (double)label * needed / there), (int)needed, available.Length - 1);
        var order = new Draws(seed, (uint)PhiloxPurpose.ShardOrder, 0).Permutation(spec.Clients * spec.Shards);
        return [.. Enumerable.Range(0, spec.Clients).Select(client =>
        {
            var counts = new int[available.Length];
            foreach (var shard in order.Skip(client * spec.Shards).Take(spec.Shards))
                Add(counts, cut, shard * size, (shard + 1) * size);
            return counts;
        })];
    }

    /// <summary>Counts the classes of the pictures from one place to another, in the order of classes.</summary>
    private static void Add(int[] counts, int[] cut, int from, int until)
    {
        for (var (label, start) = (0, 0); label < cut.Length; start += cut[label], label++)
            counts[label] += Math.Max(0, Math.Min(until, start + cut[label]) - Math.Max(from, start));
    }
}
