namespace NMoE.Learning.Partitions;

/// <summary>By a file that names each training picture's client. Pictures that it does not name are left out. Test shards have the class shares of the training shards.</summary>
public sealed class FilePartition : IPartition
{
    /// <summary>Its name in configurations.</summary>
    public const string PartitionName = "file";

    /// <inheritdoc/>
    public string Name => PartitionName;

    /// <inheritdoc/>
    public PartitionSpec Read(PartitionSpec all)
    {
        ArgumentNullException.ThrowIfNull(all);
        return new(PartitionName, 1, all.Clients, all.PerClient) { Overlap = all.Overlap, Like = all.Like, File = all.Like is null ? all.File : null };
    }

    /// <inheritdoc/>
    public string Describe(PartitionSpec spec) => "by file";

    /// <inheritdoc/>
    /// <exception cref="PartitionException">Always: classes alone do not say whose pictures they are, so that the file is asked.</exception>
    public int[][] Counts(PartitionSpec spec, ulong seed, int[] available) => throw new PartitionException("No file says whose the pictures are. data.partition-file names it.");
}
