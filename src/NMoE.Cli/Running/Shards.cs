using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;

namespace NMoE.Cli.Running;

/// <summary>An experiment whose data can be dealt as it asks, and how they are dealt.</summary>
/// <param name="Plan">The experiment. Its test shards are smaller than asked for where only smaller ones can have the shares of the training shards.</param>
/// <param name="Dealt">A record a split and test set.</param>
public sealed record Shards(Plan Plan, ImmutableArray<DealtRecord> Dealt)
{
    /// <summary>Looks at every split that is dealt, before a rehearsal takes its time and anything is written.</summary>
    /// <exception cref="PartitionException">There are too few pictures, of a class or in all.</exception>
    public static Shards Of(ExperimentSettings settings, DataCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(catalog);
        var data = catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading).Spec;
        var asked = Plans.Of(settings, data);
        var plan = Plans.Of(settings with { Data = settings.Data with { TestPerClient = TestSize(asked, catalog) } }, data);
        return new(plan, [.. Jobs(plan).Select(shard => RecordOf(plan, shard.Test, shard.Job, settings, catalog))]);
    }

    /// <summary>How data are dealt, in words: a line for what is not as asked, or as drawn.</summary>
    public IEnumerable<string> Lines => Dealt.Where(dealt => dealt.PerClient < dealt.Asked || dealt.Largest is not null || dealt.Fewest is not null).Select(Line);

    private static IEnumerable<(TestPartition? Test, Job Job)> Jobs(Plan plan) => plan.Settings.Inference.TestPartitions.Distinct()
        .Select(test => ((TestPartition?)test, plan.Deal.TestShard(0, test))).Prepend((null, plan.Deal.TrainingShard(0)));

    private static int TestSize(Plan asked, DataCatalog catalog)
    {
        if (!asked.Settings.Inference.TestPartitions.Contains(TestPartition.Same))
            return asked.Settings.Data.TestPerClient;
        var job = asked.Deal.TestShard(0, TestPartition.Same);
        var shard = LearningJob.Parameters<ShardParameters>(job);
        var source = catalog.Source(shard.Data);
        if (shard.Partition.Like is not { } training)
            return asked.Settings.Data.TestPerClient;
        PartitionFit.Check(source, DataSplit.Train, training, job.Seed);
        return Math.Max(1, PartitionFit.Largest(source, DataSplit.Test, shard.Partition, job.Seed));
    }

    private static DealtRecord RecordOf(Plan plan, TestPartition? test, Job job, ExperimentSettings asked, DataCatalog catalog)
    {
        var shard = LearningJob.Parameters<ShardParameters>(job);
        var (source, split) = (catalog.Source(shard.Data), test is null ? DataSplit.Train : DataSplit.Test);
        PartitionFit.Check(source, split, shard.Partition, job.Seed);
        var counts = ShareDistance.Of(Partition.Counts(source, split, shard.Partition, job.Seed));
        var compared = test switch
        {
            null => Partitions.Of(shard.Partition.Kind).Drawn(shard.Partition, job.Seed, source.Classes),
            TestPartition.Same => ShareDistance.Of(Partition.Counts(source, DataSplit.Train, LearningJob.Parameters<ShardParameters>(plan.Deal.TrainingShard(0)).Partition, job.Seed)),
            _ => null,
        };
        ShareDistance? distance = compared is null ? null : ShareDistance.Between(compared, counts);
        int[] rows = [.. Enumerable.Range(0, plan.Deal.Clients).Select(number => test is { } of ? plan.Deal.TestRows(number, of) : plan.Deal.Rows(number))];
        var asks = test is null || rows.Min() < rows.Max() ? rows.Max() : Plans.Of(asked, plan.Deal.Data).Deal.TestRows(0, test.Value);
        return new(
            test is { } set ? InferencePass.NameOf(set) : DealtRecord.Training, Partitions.Of(shard.Partition.Kind).Describe(shard.Partition),
            rows.Max(), asks, distance?.Largest, distance?.Client)
        {
            Fewest = rows.Min() < rows.Max() ? rows.Min() : null,
        };
    }

    private static string Line(DealtRecord dealt)
    {
        var set = dealt.Set == DealtRecord.Training ? "training shards" : $"test set '{dealt.Set}'";
        var size = FormattableString.Invariant($"data       {set}: {dealt.Partition}, {(dealt.Fewest is { } fewest ? $"{fewest} to " : "")}{dealt.PerClient} pictures a client");
        var smaller = dealt.PerClient < dealt.Asked
            ? FormattableString.Invariant($" (data.test-per-client asks for {dealt.Asked}; more than {dealt.PerClient} in the shares of each client's training data the test split does not hold)")
            : "";
        return size + smaller + (dealt is { Largest: { } largest, Client: { } client }
            ? FormattableString.Invariant($"; class shares differ from those {(dealt.Set == DealtRecord.Training ? "drawn" : "of the training shard")} by at most {largest:F3} (client-{client}; 0 equal, 1 no class in common)")
            : "");
    }
}
