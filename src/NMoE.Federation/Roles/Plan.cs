using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Compute.Jobs;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Roles;

/// <summary>What every role derives from the settings alone: keys, partitions, passes.</summary>
/// <param name="Settings">The experiment.</param>
/// <param name="Data">The data set, by content.</param>
public sealed record Plan(ExperimentSettings Settings, DataSpec Data)
{
    private const int CifarClasses = 10;

    /// <summary>The architecture.</summary>
    public ModelSpec Model { get; } = new(Settings.Model.Width, CifarClasses);

    /// <summary>Number of clients n.</summary>
    public int Clients => Settings.Experiment.Clients;

    /// <summary>All clients, ascending.</summary>
    public IEnumerable<int> ClientNumbers => Enumerable.Range(0, Clients);

    /// <summary>Whether stage 3 is needed.</summary>
    public bool TrainsGate => Settings.Inference.Gates.Contains(GateKind.FedGate);

    /// <summary>The passes of inference: each gate on each test set.</summary>
    public ImmutableArray<InferencePass> Passes { get; } =
    [
        .. Settings.Inference.TestPartitions.SelectMany(
            test => Settings.Inference.Gates.Select(gate => new InferencePass(gate, test))),
    ];

    /// <summary>The device of a client.</summary>
    public static DeviceId Device(int client) => new(client);

    /// <summary>The job that deals a client's training shard.</summary>
    public Job TrainingShard(int client) => Shard("train", client, Settings.Data.Partition, Settings.Data.TrainPerClient);

    /// <summary>The job that deals a client's test shard.</summary>
    public Job TestShard(int client, TestPartition test) => Shard(
        "test", client, test == TestPartition.Iid ? PartitionKind.Iid : Settings.Data.Partition, Settings.Data.TestPerClient);

    /// <summary>A 64-bit key for a purpose: the same for the same experiment seed, whatever else the experiment does.</summary>
    public ulong Key(string purpose, int first = 0, int second = 0)
    {
        var text = FormattableString.Invariant($"nmoe/1/{Settings.Seed}/{purpose}/{first}/{second}");
        return BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private Job Shard(string split, int client, PartitionKind kind, int perClient) => LearningJob.Create(
        new ShardParameters(
            Data, split, new PartitionSpec(kind, kind == PartitionKind.Iid ? 1 : Settings.Data.Tau, Clients, perClient), client),
        Key("partition"));
}

/// <summary>One gate on one test set.</summary>
/// <param name="Gate">Gate.</param>
/// <param name="Test">Test set.</param>
public sealed record InferencePass(GateKind Gate, TestPartition Test)
{
    /// <summary>The stage that its bytes are counted under.</summary>
    public string Stage => FormattableString.Invariant($"inference/{GateName}/{TestName}");

    /// <summary>The gate's name in records.</summary>
    public string GateName => Gate switch
    {
        GateKind.FedGate => "fedgate",
        GateKind.RanGate => "rangate",
        _ => "localgate",
    };

    /// <summary>The test set's name in records.</summary>
    public string TestName => Test == TestPartition.Iid ? "iid" : "same";
}
