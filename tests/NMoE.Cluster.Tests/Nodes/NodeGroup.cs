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

    public static NodeSettings Settings(NodeSecurity security, ClusterNode? seed, params string[] roles) =>
        new("127.0.0.1", 0, seed is null ? [] : [HostPort(seed)], [.. roles], security);

    public static string HostPort(ClusterNode node) => FormattableString.Invariant($"{node.Address.Host}:{node.Address.Port}");

    /// <summary>Starts a node that joins the first, or is the first.</summary>
    public ClusterNode Start(params string[] roles)
    {
        var node = ClusterNode.Start(Settings(Security, _nodes.Count == 0 ? null : _nodes[0], roles), Forms, Above);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Starts a coordinator and workers, and waits until each sees all of them up.</summary>
    public async Task<ImmutableArray<ClusterNode>> StartAsync(int workers)
    {
        Start(NodeRoles.Coordinator);
        for (var i = 0; i < workers; i++)
            Start(NodeRoles.Worker);
        foreach (var node in _nodes)
            await UntilAsync(() => Up(node).Length == workers + 1, "not all members are up");
        return [.. _nodes];
    }

    public static ImmutableArray<Address> Up(ClusterNode node) =>
        [.. Akka.Cluster.Cluster.Get(node.System).State.Members.Where(member => member.Status == MemberStatus.Up).Select(member => member.Address)];

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
