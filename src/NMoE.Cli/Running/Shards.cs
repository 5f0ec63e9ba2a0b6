using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Partitions;
using NMoE.Simulation;

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
        var (data, source) = catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading);
        var asked = Plans.Of(settings with { Data = settings.Data with { Clients = settings.Data.Clients?.Counted(source) } }, data);
        var plan = Plans.Of(asked.Settings with { Data = asked.Settings.Data with { TestPerClient = TestSize(asked, source) } }, data);
        return new(plan, [.. Sets(plan).Select(set => RecordOf(plan, set, asked, source))]);
    }

    /// <summary>How data are dealt, in words: a line for what is not as asked, or as drawn.</summary>
    public IEnumerable<string> Lines => Dealt.Where(dealt => dealt.PerClient < dealt.Asked || dealt.Largest is not null || dealt.Fewest is not null || dealt.LeftOut is not null).Select(Line);

    private static IEnumerable<TestPartition?> Sets(Plan plan) => plan.Settings.Inference.TestPartitions.Distinct().Select(test => (TestPartition?)test).Prepend(null);

    private static int TestSize(Plan asked, IDataSource source)
    {
        var deal = asked.Deal;
        if (!asked.Settings.Inference.TestPartitions.Contains(TestPartition.Same) || deal.Same.Like is null)
            return asked.Settings.Data.TestPerClient;
        PartitionFit.Check(source, DataSplit.Train, deal.Training, deal.Key);
        return Math.Max(1, PartitionFit.Largest(source, DataSplit.Test, deal.Same, deal.Key));
    }

    private static DealtRecord RecordOf(Plan plan, TestPartition? test, Plan asked, IDataSource source)
    {
        var deal = plan.Deal;
        var (partition, split) = (deal.Of(test), test is null ? DataSplit.Train : DataSplit.Test);
        PartitionFit.Check(source, split, partition, deal.Key);
        var classes = Partition.Counts(source, split, partition, deal.Key);
        var counts = ShareDistance.Of(classes);
        var compared = test switch
        {
            null => Partitions.Of(partition.Kind).Drawn(partition, deal.Key, source.Classes),
            TestPartition.Same => ShareDistance.Of(Partition.Counts(source, DataSplit.Train, deal.Training, deal.Key)),
            _ => null,
        };
        ShareDistance? distance = compared is null ? null : ShareDistance.Between(compared, counts);
        int[] rows = [.. deal.ClientNumbers.Select(number => test is { } of ? deal.TestRows(number, of) : deal.Rows(number))];
        var asks = test is null || rows.Min() < rows.Max() ? rows.Max() : asked.Deal.TestRows(0, test.Value);
        return new(
            test is { } set ? InferencePass.NameOf(set) : DealtRecord.Training, Partitions.Of(partition.Kind).Describe(partition),
            rows.Max(), asks, distance?.Largest, distance?.Client)
        {
            Classes = classes.Length > ClientAccuracyRecord.MostClients ? null : [.. classes.Select(client => client.ToImmutableArray())],
            Fewest = rows.Min() < rows.Max() ? rows.Min() : null,
            Empty = test is null && !deal.Empty.IsEmpty ? deal.Empty : null,
            LeftOut = test is null && partition.File is { } file ? source.Count(split) - file.Count : null,
        };
    }

    private static string Line(DealtRecord dealt)
    {
        var set = dealt.Set == DealtRecord.Training ? "training shards" : $"test set '{dealt.Set}'";
        var size = FormattableString.Invariant($"data       {set}: {dealt.Partition}, {(dealt.Fewest is { } fewest ? $"{fewest} to " : "")}{dealt.PerClient} pictures a client");
        var smaller = dealt.PerClient < dealt.Asked
            ? FormattableString.Invariant($" (data.test-per-client asks for {dealt.Asked}; more than {dealt.PerClient} in the shares of each client's training data the test split does not hold)")
            : "";
        var without = dealt.LeftOut is { } leftOut ? FormattableString.Invariant($"; {leftOut} training pictures that the file does not name are left out") : "";
        var empty = dealt.Empty is { } clients ? $"; without any: {Listing.Of([.. clients.Select(one => FormattableString.Invariant($"client-{one}"))])}, which {(clients.Length == 1 ? "is" : "are")} served and {(clients.Length == 1 ? "does" : "do")} nothing else" : "";
        return size + smaller + without + empty + (dealt is { Largest: { } largest, Client: { } client }
            ? FormattableString.Invariant($"; class shares differ from those {(dealt.Set == DealtRecord.Training ? "drawn" : "of the training shard")} by at most {largest:F3} (client-{client}; 0 equal, 1 no class in common)")
            : "");
    }
}
