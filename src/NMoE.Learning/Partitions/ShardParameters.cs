using NMoE.Learning.Data;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Partitions;

/// <summary>Deals one client's shard. No inputs. Output 0: <c>images</c> u8 [n, C, H, W] and <c>labels</c> i64 [n].</summary>
/// <param name="Data">The data set.</param>
/// <param name="Split"><c>train</c> or <c>test</c>.</param>
/// <param name="Partition">The partition; the job's seed is the experiment's.</param>
/// <param name="Client">Client number, from 0.</param>
public sealed record ShardParameters(DataSpec Data, string Split, PartitionSpec Partition, int Client) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "shard";
}
