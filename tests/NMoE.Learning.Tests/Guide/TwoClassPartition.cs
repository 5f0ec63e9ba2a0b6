using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Guide;

/// <summary>Two classes a client, half of its pictures each (McMahan et al., 2017, sec. 3): what docs/extend.md builds.</summary>
public sealed class TwoClassPartition : IPartition
{
    /// <inheritdoc/>
    public string Name => "two-class";

    /// <inheritdoc/>
    public int[][] Counts(PartitionSpec spec, ulong seed, int[] available)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(available);
        var counts = new int[spec.Clients][];
        for (var client = 0; client < spec.Clients; client++)
        {
            counts[client] = new int[available.Length];
            counts[client][2 * client % available.Length] += (spec.PerClient + 1) / 2;
            counts[client][((2 * client) + 1) % available.Length] += spec.PerClient / 2;
        }

        return counts;
    }
}
