using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Wire;
using NMoE.Cluster.Work;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;

namespace NMoE.Bench.Nodes;

/// <summary>What hostile bytes did to a node.</summary>
/// <param name="Attack">What was written, and how the node took it.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Early">Bytes of managed memory after a tenth of the frames, everything unused collected.</param>
/// <param name="Late">The same after all.</param>
/// <param name="Members">Members that the node sees up in the end; there are two.</param>
/// <param name="Unreachable">How often a member was suspected.</param>
/// <param name="Families">What came to the readers of work and live messages.</param>
public sealed record WireBenchResult(HostileResult Attack, double Seconds, long Early, long Late, int Members, int Unreachable, ImmutableArray<FamilyResult> Families);

/// <summary>Two nodes of a cluster in this process, one of them under a hostile peer's fire.</summary>
public static class WireBench
{
    /// <summary>Runs it.</summary>
    /// <param name="frames">Frames to write.</param>
    /// <param name="seed">Another seed, other frames.</param>
    /// <param name="progress">Told of the frames written.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<WireBenchResult> RunAsync(long frames, int seed, Action<long> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        FormTally[] tallies = [new("work", WorkForms.All), new("live", LiveForms.All)];
        await using var pair = await NodePair.StartAsync([.. tallies.SelectMany(tally => tally.Forms)], NodeSecurity.LoopbackOnly, cancellation).ConfigureAwait(false);
        var folder = Directory.CreateTempSubdirectory("nmoe-bench-");
        try
        {
            StartRoles(pair.First, pair.First.ShareBlobs(new EmptyShelf()), folder.FullName);
            return await AttackAsync(pair, tallies, frames, seed, progress, cancellation).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A real coordinator, that has no work; and in the places of a live run's actors, which need an experiment, ones that take all.
    private static void StartRoles(ClusterNode node, IActorRef blobs, string folder)
    {
        var none = new Dictionary<string, int>();
        node.System.ActorOf(
            WorkCoordinator.Of(new(
                "hostile bytes", new(new DataSpec("generated", "v1", 1), new StepProbe(new ModelSpec(16, 10), 32)), "none", ImmutableSortedDictionary<string, string>.Empty.Add("none", "none"), TimeSpan.FromHours(1),
                new CoordinatorShelf(new JobStore(new(folder, 1 << 20))), _ => { }, () => new(0, 0, none, none), blobs, _ => { }, _ => { })),
            WorkCoordinator.Name);
        node.System.ActorOf(Props.Create(() => new TakesAll("network")), "live");
        node.System.ActorOf(Props.Create(() => new TakesAll("singleton")), "live-director");
    }

    private static async Task<WireBenchResult> AttackAsync(NodePair pair, FormTally[] tallies, long frames, int seed, Action<long> progress, CancellationToken cancellation)
    {
        var early = 0L;
        var watch = Stopwatch.StartNew();
        var attack = await HostilePeer.AttackAsync(
            pair.First.Address.Port!.Value, seed, frames,
            written =>
            {
                if (early == 0 && written >= frames / 10)
                    early = GC.GetTotalMemory(forceFullCollection: true);
                progress(written);
            },
            cancellation).ConfigureAwait(false);
        var seconds = watch.Elapsed.TotalSeconds;
        return new(attack, seconds, early, GC.GetTotalMemory(forceFullCollection: true), pair.Up, pair.Suspicions, [.. tallies.Select(tally => tally.Result)]);
    }

    private sealed class TakesAll : ReceiveActor
    {
        public TakesAll(string child)
        {
            ReceiveAny(_ => { });
            if (child.Length > 0)
                Context.ActorOf(Props.Create(() => new TakesAll("")), child);
        }
    }

    private sealed class EmptyShelf : IBlobShelf
    {
        public ReadOnlyMemory<byte>? TryRead(BlobRef blob) => null;

        public BlobRef Put(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException("Nothing is fetched here.");
    }
}

/// <summary>Two nodes on loopback, and how often one suspected the other.</summary>
internal sealed class NodePair : IAsyncDisposable
{
    private int _suspicions;

    private NodePair(ClusterNode first, ClusterNode second) => (First, Second) = (first, second);

    public ClusterNode First { get; }

    public ClusterNode Second { get; }

    public int Suspicions => Volatile.Read(ref _suspicions);

    /// <summary>Members that the first sees up; none where it is no longer of the cluster itself.</summary>
    public int Up => First.Ended.IsCompleted ? 0 : Akka.Cluster.Cluster.Get(First.System).State.Members.Count(member => member.Status == MemberStatus.Up);

    public static async Task<NodePair> StartAsync(IEnumerable<WireForm> forms, NodeSecurity security, CancellationToken cancellation)
    {
        WireForm[] known = [.. forms];
        var first = ClusterNode.Start(new("127.0.0.1", 0, [], [NodeRoles.Coordinator], security), known);
        var seed = FormattableString.Invariant($"{first.Address.Host}:{first.Address.Port}");
        var pair = new NodePair(first, ClusterNode.Start(new("127.0.0.1", 0, [seed], [NodeRoles.Worker], security), known));
        foreach (var node in new[] { pair.First, pair.Second })
            node.System.ActorOf(Props.Create(() => new Suspicious(pair)));
        while (pair.Up < 2)
            await Task.Delay(20, cancellation).ConfigureAwait(false);
        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync().ConfigureAwait(false);
        await First.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Suspicious : ReceiveActor
    {
        public Suspicious(NodePair pair)
        {
            Receive<ClusterEvent.UnreachableMember>(_ => Interlocked.Increment(ref pair._suspicions));
            Receive<ClusterEvent.CurrentClusterState>(_ => { });
        }

        protected override void PreStart() => Akka.Cluster.Cluster.Get(Context.System).Subscribe(Self, typeof(ClusterEvent.UnreachableMember));
    }
}
