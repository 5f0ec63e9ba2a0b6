using System.Collections.Immutable;
using Google.Protobuf;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Wire;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Bench.Nodes;

/// <summary>A right message of each kind that nodes exchange, from which hostile ones are made.</summary>
internal static class Samples
{
    private const string Run = "20260102T030405-123456";
    private static readonly string s_key = new('a', 64);
    private static readonly BlobRef s_blob = new(new BlobHash(s_key), 70_000);

    /// <summary>Of <see cref="WorkForms"/>, to the coordinator.</summary>
    public static ImmutableArray<Sample> Work { get; } = Of(
        WorkForms.All,
        new WorkerHello(3, ImmutableSortedDictionary<string, string>.Empty.Add("fedce", "code=1"), [s_blob]),
        new WorkerProbe(new DataSpec("cifar10", "abc", 9), new StepProbe(new ModelSpec(16, 10), 32)), new WorkerProbed(s_key), new WorkerAdmitted(7), new WorkerRefused("why"), new WorkerUnknown(), new WorkWanted(2, [s_key]), new WorkerLeaves("done"), new JobWithdrawn(s_key), new JobOffer(s_key, new Parcel(default, s_blob)),
        new JobEnded(s_key, new Parcel(new byte[] { 1, 2 }, null), TimeSpan.FromSeconds(1), 45, TimeSpan.FromTicks(3)), new JobReturned(s_key, "disk", [s_blob]),
        new JobBroke(s_key, "no", JobFault.Experiment), new StatusWanted(),
        new WorkStatus("x", "extractor", 1.5, [new("127.0.0.1:1", ["worker"], "up", true)], [new(1, "127.0.0.1:1", 2, 1, ["fedce"])], 3, 4, 5, 6, 7, 8, new(9, 10, 11)));

    /// <summary>Of <see cref="LiveForms"/>, to a live run's node, network and director.</summary>
    public static ImmutableArray<Sample> Live { get; } = Of(
        LiveForms.All,
        new NodeReady(s_key, s_key, 3), new NodeRefused("another experiment"), new RunBegun(Run, 638_000_000_000_000_000, ["127.0.0.1:4000", "127.0.0.1:4001"]),
        new Standing(
            Run, [(new DeviceId(0), "the end")], [DeviceId.Aggregator],
            [(new LedgerKey("extractor", DeviceId.Aggregator, new DeviceId(1), "TrainRound"), new LedgerEntry(1, 2, 3, 4))], Last: true, "a job failed"),
        new RunEnded(Run, ""), new RunClosed(Run), new Replica(DeviceId.Aggregator, 17, new byte[] { 1, 2, 3 }, [s_blob]), new ReplicaKept(DeviceId.Supervisor, 17, "no room"),
        new StreamOpened(5, new DeviceId(3), DeviceId.Aggregator, "gate", "RoundUpdate", 70_100, 100, [s_blob]), new StreamChunk(5, 65536, new byte[] { 9, 8 }),
        new StreamCredit(5, 131072), new StreamClosed(5, Delivered: true), new StreamCancelled(5),
        new Seen(new VirtualTime(1), new RoundEnded(Stages.Gate, 2, [s_blob], 0.5, 3)), new Seen(new VirtualTime(2), new RingEnded(Stages.Rolling, [s_blob])),
        new Seen(new VirtualTime(3), new MatrixReleased(4, "r")), new Seen(new VirtualTime(4), new ExpertTrained(4, s_blob, s_blob)),
        new Seen(new VirtualTime(5), new RequestMark(1, 2, 3, Finished: true)), new Seen(new VirtualTime(6), new PassAnswered(1, 2, s_blob, [0, 1], [1, 1])),
        new Seen(new VirtualTime(7), new ClientLeft(2)), new Seen(new VirtualTime(8), new DeviceLost(DeviceId.Aggregator, "gone", Returns: true)),
        new Seen(new VirtualTime(9), new DeviceReturned(new DeviceId(2))));

    /// <summary>Of <see cref="BlobForms"/>.</summary>
    public static ImmutableArray<Sample> Blobs { get; } = Of(
        BlobForms.All, new BlobWanted(s_blob, 65536, 4464), new BlobChunk(s_blob.Hash, 65536, new byte[] { 1, 2, 3 }), new BlobAbsent(s_blob.Hash));

    private static ImmutableArray<Sample> Of(ImmutableArray<WireForm> forms, params object[] messages) =>
        [.. messages.Select(message => forms.Single(form => form.Type == message.GetType())).Zip(messages, (form, message) => new Sample(form, form.Write(message).ToByteArray()))];
}

/// <summary>A message and its bytes.</summary>
internal sealed record Sample(WireForm Form, byte[] Bytes);
