namespace NMoE.Learning.Partitions;

/// <summary>
/// By user: each client has the pictures of one user of the data set, in both splits. Users count in their order; those without a training or without a test picture are left out. Shards are as large
/// as users make them.
/// </summary>
public sealed class NaturalPartition : IPartition
{
    /// <summary>Its name in configurations.</summary>
    public const string PartitionName = "natural";

    /// <inheritdoc/>
    public string Name => PartitionName;

    /// <inheritdoc/>
    /// <remarks>The asked number of pictures stands for the users' where nobody has opened the data.</remarks>
    public PartitionSpec Read(PartitionSpec all) => new(PartitionName, 1, all.Clients, all.PerClient);

    /// <inheritdoc/>
    public string Describe(PartitionSpec spec) => "by user";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: classes alone do not say whose pictures they are, so that the data are asked.</exception>
    public int[][] Counts(PartitionSpec spec, ulong seed, int[] available) => throw new InvalidOperationException("Shards by user follow from the data.");
}
