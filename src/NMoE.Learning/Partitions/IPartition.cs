using System.Collections.Immutable;

namespace NMoE.Learning.Partitions;

/// <summary>A way to share a split's classes out among clients. A new one is one class, and one line in <see cref="Partitions"/>.</summary>
public interface IPartition
{
    /// <summary>Its name in <c>data.partition</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The settings that it reads; all others stay at their defaults, or one shard would have several keys. One whose counts depend on the data reads <see cref="PartitionSpec.Like"/>
    /// too, or its test shards would have other shares than its training shards.
    /// </summary>
    /// <param name="all">All settings of the section <c>data</c>.</param>
    PartitionSpec Read(PartitionSpec all) => all.Bare();

    /// <summary>Holds the settings that it reads to what makes sense.</summary>
    /// <param name="spec">At least one client, and one picture each.</param>
    /// <exception cref="PartitionException">They do not.</exception>
    void Check(PartitionSpec spec)
    {
    }

    /// <summary>Pictures of a whole shard.</summary>
    int Rows(PartitionSpec spec) => spec.PerClient;

    /// <summary>What messages call it, with its settings: <c>Non-IID(0.3)</c>.</summary>
    string Describe(PartitionSpec spec) => Name;

    /// <summary>The class shares that were drawn for each client, [n][C], which <see cref="Counts"/> comes as near to as the data allow; null where nothing is drawn.</summary>
    double[][]? Drawn(PartitionSpec spec, ulong seed, int classes) => null;

    /// <summary>Pictures of each class for each client, [n][C]; a client's sum to <see cref="Rows"/>. A pure function of what it is given.</summary>
    /// <param name="spec">The settings.</param>
    /// <param name="seed">Key of draws: the same for all clients.</param>
    /// <param name="available">Pictures of each class in the split, [C].</param>
    /// <exception cref="PartitionException">There are too few pictures in all. Too few of one class is found by the caller.</exception>
    int[][] Counts(PartitionSpec spec, ulong seed, int[] available);

    /// <summary>The same where clients have different numbers of pictures: of each its row where all had as many as it, which one whose clients depend on each other does otherwise.</summary>
    /// <param name="spec">The settings.</param>
    /// <param name="sizes">What <see cref="PartitionSpec.PerClient"/> is for each client, [n].</param>
    /// <param name="seed">Key of draws.</param>
    /// <param name="available">Pictures of each class in the split, [C].</param>
    int[][] CountsBySize(PartitionSpec spec, int[] sizes, ulong seed, int[] available) =>
        [.. sizes.Select((size, client) => Counts(spec with { PerClient = size }, seed, available)[client])];
}

/// <summary>The partitions that there are: where a new one is registered.</summary>
public static class Partitions
{
    /// <summary>All partitions.</summary>
    public static ImmutableArray<IPartition> All { get; } = [new IidPartition(), new NonIidPartition(), new DirichletPartition(), new ShardsPartition(), new NaturalPartition(), new FilePartition()];

    /// <summary>A partition by its name.</summary>
    /// <exception cref="PartitionException">There is no such partition.</exception>
    public static IPartition Of(string name) => All.FirstOrDefault(partition => partition.Name == name)
        ?? throw new PartitionException($"There is no partition '{name}'; there are {string.Join(", ", All.Select(partition => partition.Name))}.");
}
