using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Wire;
using AkkaCluster = Akka.Cluster.Cluster;

namespace NMoE.Cluster.Nodes;

/// <summary>
/// A member of a cluster of NMoE: an ordinary ActorSystem with Akka.Remote and Akka.Cluster. It lives once: a node that was downed is disposed, and another is started in its place
/// (<see cref="Ended"/> says when; <see cref="NodeLife"/> does it). The simulated world never runs in it.
/// </summary>
public sealed class ClusterNode : IAsyncDisposable
{
    /// <summary>The name of all nodes' ActorSystems, which is part of their addresses.</summary>
    public const string SystemName = "nmoe";

    private readonly TaskCompletionSource<NodeEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _leaving;

    private ClusterNode(ActorSystem system)
    {
        System = system;
        Address = ((ExtendedActorSystem)system).Provider.DefaultAddress;
    }

    /// <summary>The node's ActorSystem.</summary>
    public ActorSystem System { get; }

    /// <summary>The address that was bound, by which peers reach the node.</summary>
    public Address Address { get; }

    /// <summary>Ends when the node is no longer of its cluster, with the reason. Its ActorSystem may be gone by then.</summary>
    public Task<NodeEnd> Ended => _ended.Task;

    /// <summary>Starts a node and lets it join. It is bound when this returns; joining goes on behind, for as long as no seed answers.</summary>
    /// <param name="settings">What it is started with.</param>
    /// <param name="forms">The kinds of messages that its actors exchange with peers. Those of blobs are always among them; a message of any other type is neither sent nor read.</param>
    /// <exception cref="NodeException">The settings are wrong, or the address cannot be bound.</exception>
    public static ClusterNode Start(NodeSettings settings, IEnumerable<WireForm> forms) => Start(settings, forms, Config.Empty);

    /// <summary>Starts a node whose Akka configuration a test may change.</summary>
    internal static ClusterNode Start(NodeSettings settings, IEnumerable<WireForm> forms, Config above)
    {
        ArgumentNullException.ThrowIfNull(settings);
        NodeCheck.Check(settings);
        ImmutableArray<WireForm> known = [.. forms.Concat(BlobForms.All).Concat(KeeperForms.All).Distinct()];
        var types = known.Select(form => form.Type).ToImmutableHashSet();
        Setup[] setups =
        [
            BootstrapSetup.Create().WithConfig(above.WithFallback(NodeConfiguration.Of(settings))),
            new WireSetup(known, settings.Security.Seal()),
            SerializationSetup.Create(system => [SerializerDetails.Create("nmoe", new WireSerializer(system), types)]),
            .. settings.Security.Channel(),
        ];
        var node = new ClusterNode(Create(settings, ActorSystemSetup.Create(setups)));
        node.Join(settings);
        return node;
    }

    /// <summary>Starts the node's <see cref="BlobExchange"/> over its shelf. Once a node.</summary>
    public IActorRef ShareBlobs(IBlobShelf shelf) => System.ActorOf(BlobExchange.Over(shelf), BlobExchange.Name);

    /// <summary>Tells a listener of the members with a role as they come and go: <see cref="PeerJoined"/>, <see cref="PeerLeft"/>; those that are there already first.</summary>
    public void WatchRole(string role, IActorRef listener) => System.ActorOf(RoleWatch.Of(role, listener));

    /// <summary>Leaves the cluster and ends the ActorSystem.</summary>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _leaving, 1);
        await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
        await System.WhenTerminated.ConfigureAwait(false);
        _ended.TrySetResult(NodeEnd.Left);
    }

    private static ActorSystem Create(NodeSettings settings, ActorSystemSetup setup)
    {
        try
        {
            return ActorSystem.Create(SystemName, setup);
        }
        catch (Exception problem) when (NodeCheck.CannotBind(problem) is { } reason)
        {
            throw new NodeException(FormattableString.Invariant($"The node cannot listen on {settings.Host}:{settings.Port}: {reason}. Choose another address or port."), problem);
        }
    }

    private void Join(NodeSettings settings)
    {
        var cluster = AkkaCluster.Get(System);
        cluster.RegisterOnMemberRemoved(() => _ended.TrySetResult(Volatile.Read(ref _leaving) == 0 ? NodeEnd.Downed : NodeEnd.Left));
        Action<NodeEnd> ended = end => _ended.TrySetResult(end);
        System.ActorOf(Props.Create(() => new NodeWatch(ended)), "watch");
        System.ActorOf(KeeperWatch.Of(settings.SplitBrain, ended), KeeperWatch.Name);
        // A fault in Akka's own actors ends the system without a word to the cluster.
        System.WhenTerminated.ContinueWith(_ => _ended.TrySetResult(NodeEnd.Downed), TaskScheduler.Default);
        if (settings.Seeds.IsEmpty)
            cluster.Join(Address);
        else
            cluster.JoinSeedNodes([.. settings.Seeds.SelectMany(seed => NodeCheck.AddressesOf(seed, Address)).Distinct()]);
    }
}
