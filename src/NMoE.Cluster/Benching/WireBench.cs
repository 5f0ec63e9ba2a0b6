using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Benching;

/// <summary>What hostile bytes did to a node.</summary>
/// <param name="Attack">What was written, and how the node took it.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Early">Bytes of managed memory after a tenth of the frames, everything unused collected.</param>
/// <param name="Late">The same after all.</param>
/// <param name="Members">Members that the node sees up in the end; there are two.</param>
/// <param name="Unreachable">How often a member was suspected.</param>
public sealed record WireBenchResult(HostileResult Attack, double Seconds, long Early, long Late, int Members, int Unreachable);

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
        await using var pair = await NodePair.StartAsync([], cancellation).ConfigureAwait(false);
        pair.First.ShareBlobs(new EmptyShelf());
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
        return new(attack, seconds, early, GC.GetTotalMemory(forceFullCollection: true), pair.Up, pair.Suspicions);
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

    public static async Task<NodePair> StartAsync(IEnumerable<Wire.WireForm> forms, CancellationToken cancellation)
    {
        Wire.WireForm[] known = [.. forms];
        var first = ClusterNode.Start(new("127.0.0.1", 0, [], [NodeRoles.Coordinator], NodeSecurity.LoopbackOnly), known);
        var seed = FormattableString.Invariant($"{first.Address.Host}:{first.Address.Port}");
        var pair = new NodePair(first, ClusterNode.Start(new("127.0.0.1", 0, [seed], [NodeRoles.Worker], NodeSecurity.LoopbackOnly), known));
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
