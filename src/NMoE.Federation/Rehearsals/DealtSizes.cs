using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Rehearsals;

/// <summary>Shards by their sizes alone, which the experiment knows of all clients at once.</summary>
/// <param name="deal">Who has how many pictures.</param>
internal sealed class DealtSizes(Deal deal) : IJobFunction
{
    /// <summary>The kind of job that deals a shard.</summary>
    public const string ShardKind = "shard";

    public string Kind => ShardKind;

    public JobOutput Run(JobContext context) => throw new NotSupportedException("Of a shard whose size alone counts there are no pictures.");

    public JobForecast Forecast(Job job)
    {
        var shard = LearningJob.Parameters<ShardParameters>(job);
        var rows = shard.Split == "train" ? deal.Rows(shard.Client) : deal.TestRows(shard.Client, shard.Partition == deal.Iid ? TestPartition.Iid : TestPartition.Same);
        return JobForecast.OneBlob(0, BlobSizes.Shard(rows, shard.Data.Form.Shape));
    }
}
