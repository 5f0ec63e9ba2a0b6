using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Wire;

namespace NMoE.Cluster.Tests.Nodes;

/// <summary>Nodes of one cluster in this process, on loopback and free ports. Waits are as long as a busy machine may need, and end as soon as what they wait for is there.</summary>
public sealed class NodeGroup : IAsyncDisposable
{
    public static readonly TimeSpan Patience = Waiting.Longest;

    private readonly List<ClusterNode> _nodes = [];

    public NodeSecurity Security { get; init; } = NodeSecurity.LoopbackOnly;

    public ImmutableArray<WireForm> Forms { get; init; } = [];

    /// <summary>Above the nodes' own configuration.</summary>
    public Config Above { get; init; } = Config.Empty;

    /// <summary>Whose nodes they are: a run's coordinator and its workers, or those of a live run.</summary>
    public SplitBrainRule SplitBrain { get; init; } = SplitBrainRule.KeepCoordinator;

    public static NodeSettings Settings(NodeSecurity security, ClusterNode? seed, params string[] roles) =>
        new("127.0.0.1", 0, seed is null ? [] : [HostPort(seed)], [.. roles], security);

    public static string HostPort(ClusterNode node) => FormattableString.Invariant($"{node.Address.Host}:{node.Address.Port}");

    /// <summary>Starts a node that joins the first, or is the first.</summary>
    public ClusterNode Start(params string[] roles)
    {
        var node = ClusterNode.Start(Settings(Security, _nodes.Count == 0 ? null : _nodes[0], roles) with { SplitBrain = SplitBrain }, Forms, Above);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Starts one with the role of a node of that number.</summary>
    public ClusterNode Start(int number) => Start(SplitBrain == SplitBrainRule.KeepOldestLive ? NodeRoles.Live : number == 0 ? NodeRoles.Coordinator : NodeRoles.Worker);

    /// <summary>Starts a coordinator and workers, or nodes of a live run, and waits until each sees all of them up.</summary>
    public async Task<ImmutableArray<ClusterNode>> StartAsync(int workers)
    {
        for (var number = 0; number <= workers; number++)
            Start(number);
        foreach (var node in _nodes)
            await UntilAsync(() => Up(node).Length == workers + 1, "not all members are up");
        return [.. _nodes];
    }

    public static ImmutableArray<Address> Up(ClusterNode node) =>
        [.. Akka.Cluster.Cluster.Get(node.System).State.Members.Where(member => member.Status == MemberStatus.Up).Select(member => member.Address)];

    /// <summary>Members that work, whether or not all others have agreed on them yet.</summary>
    public static ImmutableArray<Address> AtWork(ClusterNode node) =>
        [.. Akka.Cluster.Cluster.Get(node.System).State.Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.WeaklyUp).Select(member => member.Address)];

    public static async Task UntilAsync(Func<bool> there, string otherwise)
    {
        var until = DateTime.UtcNow + Patience;
        while (!there())
        {
            Assert.True(DateTime.UtcNow < until, otherwise);
            await Task.Delay(20);
        }
    }

    // Without leaving, which takes each node seconds: nobody is left to be told.
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            ((ExtendedActorSystem)node.System).Abort();
        await Task.WhenAll(_nodes.Select(node => node.System.WhenTerminated)).WaitAsync(Patience);
    }
}
