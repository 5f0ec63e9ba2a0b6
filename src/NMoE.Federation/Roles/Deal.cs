using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Roles;

/// <summary>Who has which pictures.</summary>
/// <param name="Data">The data set, by content.</param>
/// <param name="Key">Key of all draws of the dealing.</param>
/// <param name="Training">How training pictures are dealt.</param>
/// <param name="Same">How test pictures are dealt in the shares of the training shards.</param>
/// <param name="Iid">How test pictures are dealt evenly.</param>
public sealed record Deal(DataSpec Data, ulong Key, PartitionSpec Training, PartitionSpec Same, PartitionSpec Iid)
{
    private readonly int[] _training = ShardSizes.Of(Training, Data, DataSplit.Train, Key);
    private readonly int[] _same = ShardSizes.Of(Same, Data, DataSplit.Test, Key);
    private int? _most;
    private ImmutableArray<int>? _learners;
    private ImmutableArray<int>? _empty;

    /// <summary>Number of clients n.</summary>
    public int Clients => Training.Clients;

    /// <summary>All clients, ascending.</summary>
    public ImmutableArray<int> ClientNumbers { get; } = [.. Enumerable.Range(0, Training.Clients)];

    /// <summary>Clients that have training pictures, ascending: those that train.</summary>
    public ImmutableArray<int> Learners => _learners ??= [.. ClientNumbers.Where(Learns)];

    /// <summary>Clients without training pictures, ascending: they are served, and nothing else.</summary>
    public ImmutableArray<int> Empty => _empty ??= [.. ClientNumbers.Where(client => !Learns(client))];

    /// <summary>Training pictures of the client that has most of them: what a wait for all clients depends on.</summary>
    public int MostRows => _most ??= _training.Max();

    /// <summary>That of an experiment.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="data">The data set, by content.</param>
    /// <param name="seeds">What its chance follows from.</param>
    public static Deal Of(ExperimentSettings settings, DataSpec data, Seeds seeds)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(seeds);
        var training = Partition(settings);
        return new(
            data, seeds.Key("partition"), training, Partition(settings, settings.Data.Partition, settings.Data.TestPerClient, SizeRule.Equal, training),
            Partition(settings, IidPartition.PartitionName, settings.Data.TestPerClient, SizeRule.Equal));
    }

    /// <summary>Training pictures of a client, n_i.</summary>
    public int Rows(int client) => _training[client];

    /// <summary>Whether a client has training pictures.</summary>
    public bool Learns(int client) => _training[client] > 0;

    /// <summary>To whom a model is published: some that train, and those without pictures, ascending.</summary>
    public IEnumerable<int> Served(IEnumerable<int> learners) => Empty.IsEmpty ? learners : learners.Concat(Empty).Order();

    /// <summary>Test pictures of a client.</summary>
    public int TestRows(int client, TestPartition test) => test == TestPartition.Iid ? Iid.Rows : _same[client];

    /// <summary>The job that deals a client's training shard.</summary>
    public Job TrainingShard(int client) => Shard(new(Data, "train", Training, client) { Rows = Training.File?.Rows[client] });

    /// <summary>The job that deals a client's test shard.</summary>
    public Job TestShard(int client, TestPartition test) => Shard(new(Data, "test", Of(test), client)
    {
        Quota = test == TestPartition.Same && Training.File is { Classes.IsEmpty: false } file ? ClassQuota.InShares(file, Same.Rows, client) : null,
    });

    /// <summary>Clients as messages name them: nobody where all are meant.</summary>
    public ImmutableArray<int> Named(IEnumerable<int> clients) => clients.ToImmutableArray() is var some && some.Length == Clients ? [] : some;

    /// <summary>Clients that a message names: all where it names nobody.</summary>
    public ImmutableArray<int> Meant(ImmutableArray<int> named) => named.IsEmpty ? ClientNumbers : named;

    /// <summary>How training pictures are dealt.</summary>
    internal static PartitionSpec Partition(ExperimentSettings settings) => Partition(
        settings, settings.Data.Partition, Named(settings.Data)?.Rows.Max(own => own.Length) ?? settings.Data.TrainPerClient, settings.Data.Sizes);

    /// <summary>Training pictures of each client as far as the configuration tells: where users decide, what is asked for stands for theirs.</summary>
    internal static int[] Sizes(ExperimentSettings settings) =>
        ShardSizes.Of(Partition(settings), settings.Data.Told("", 0), DataSplit.Train, Seeds.Of(settings).Key("partition"));

    private static ClientFile? Named(DataSection data) => data.Partition == FilePartition.PartitionName ? data.Clients : null;

    private static PartitionSpec Partition(ExperimentSettings settings, string kind, int perClient, SizeRule sizes, PartitionSpec? like = null)
    {
        var data = settings.Data;
        return Partitions.Of(kind).Read(new PartitionSpec(kind, data.Tau, settings.Experiment.Clients, perClient)
        {
            Alpha = data.Alpha,
            Dominant = data.DominantRule,
            Order = data.DominantOrder,
            Count = data.CountRule,
            Shards = data.Shards,
            Sizes = sizes,
            Spread = data.SizeSpread,
            Fewest = data.FewestPerClient == 1 ? null : data.FewestPerClient,
            Overlap = data.AllowOverlap ? Overlap.Allowed : Overlap.Refused,
            Like = like,
            File = Named(data),
        });
    }

    /// <summary>How a test set is dealt; null for the training shards.</summary>
    public PartitionSpec Of(TestPartition? test) => test switch { null => Training, TestPartition.Iid => Iid, _ => Same };

    private Job Shard(ShardParameters parameters) => LearningJob.Create(parameters, Key);
}
