namespace NMoE.Learning.Partitions;

/// <summary>Every client sees all classes equally often.</summary>
public sealed class IidPartition : IPartition
{
    /// <summary>Its name in configurations.</summary>
    public const string PartitionName = "iid";

    /// <inheritdoc/>
    public string Name => PartitionName;

    /// <inheritdoc/>
    public string Describe(PartitionSpec spec) => "IID";

    /// <inheritdoc/>
    public int[][] Counts(PartitionSpec spec, ulong seed, int[] available)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(available);
        return [.. Enumerable.Range(0, spec.Clients).Select(client => Even(spec.PerClient, client, available.Length))];
    }

    /// <summary>As many pictures of each class; what is left over goes to the classes after the client's number.</summary>
    internal static int[] Even(int rows, int client, int classes)
    {
        var quotas = new double[classes];
        Array.Fill(quotas, (double)rows / classes);
        return LargestRemainder.Round(quotas, rows, client % classes);
    }
}
