using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using NMoE.Cluster.Live.Ports;
using NMoE.Cluster.Live.Shaping;
using NMoE.Cluster.Nodes;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>Takes part in a live run with a node of a cluster. It ends with the run, or with the node's membership, whichever is first.</summary>
public sealed class LiveHost
{
    private readonly LiveSignals _signals;

    private LiveHost(LiveSignals signals) => _signals = signals;

    /// <summary>When the run has begun here.</summary>
    public Task<RunBegun> Begun => _signals.Begun;

    /// <summary>How this node's part in it ended.</summary>
    public Task<LiveEnd> Ended => _signals.Ended;

    /// <summary>Begins to wait for the others.</summary>
    /// <param name="node">The node, with the role <see cref="NodeRoles.Live"/>.</param>
    /// <param name="settings">What it is told.</param>
    /// <param name="seen">Told of all that is seen; called on actors' threads.</param>
    /// <exception cref="LiveException">The experiment asks for what cannot be had live.</exception>
    public static LiveHost Start(ClusterNode node, LiveSettings settings, Action<Seen> seen)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(settings);
        LiveChannel.Check(settings.Plan.Settings);
        var signals = new LiveSignals(seen);
        node.System.ActorOf(Props.Create(() => new LiveNode(settings, signals, node.ShareBlobs)), Peers.NodeName);
        node.System.ActorOf(Props.Create(() => new LiveStatus(settings, signals)), Work.WorkCoordinator.Name);
        node.System.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new LiveDirector(settings)), PoisonPill.Instance,
                ClusterSingletonManagerSettings.Create(node.System).WithRole(NodeRoles.Live).WithSingletonName(Peers.DirectorName)),
            Peers.DirectorManager);
        _ = node.Ended.ContinueWith(
            ended => signals.End(LiveEndKind.Lost, FormattableString.Invariant($"the node is no longer of its cluster: {ended.Result}")),
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return new(signals);
    }
}
