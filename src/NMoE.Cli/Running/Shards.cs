using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;

namespace NMoE.Cli.Running;

/// <summary>Refuses data that cannot be dealt as an experiment asks, before a rehearsal takes its time and anything is written.</summary>
public static class Shards
{
    /// <summary>Looks at every split that is dealt.</summary>
    /// <exception cref="PartitionException">There are too few pictures, of a class or in all.</exception>
    public static void Check(Plan plan, DataCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(catalog);
        foreach (var job in plan.Settings.Inference.TestPartitions.Distinct().Select(test => plan.TestShard(0, test)).Prepend(plan.TrainingShard(0)))
        {
            var asked = LearningJob.Parameters<ShardParameters>(job);
            PartitionFit.Check(catalog.Source(asked.Data), asked.Split == "train" ? DataSplit.Train : DataSplit.Test, asked.Partition, job.Seed);
        }
    }
}
