using System.Collections.Immutable;
using NMoE.Cluster.Security;

namespace NMoE.Cluster.Nodes;

/// <summary>What a node is started with.</summary>
/// <param name="Host">The address to bind, and by which peers reach the node: a loopback address unless <paramref name="Security"/> has certificates.</param>
/// <param name="Port">The port to bind; 0 takes a free one.</param>
/// <param name="Seeds">Nodes to join, as <c>host:port</c>. Empty: this node is the first of its cluster.</param>
/// <param name="Roles">What the node is there for: <see cref="NodeRoles"/>.</param>
/// <param name="Security">Who is taken for a peer.</param>
public sealed record NodeSettings(string Host, int Port, ImmutableArray<string> Seeds, ImmutableArray<string> Roles, NodeSecurity Security)
{
    /// <summary>Which side of a cut goes on. The default value is <see cref="SplitBrainRule.KeepCoordinator"/>.</summary>
    public SplitBrainRule SplitBrain { get; init; } = SplitBrainRule.KeepCoordinator;

    /// <summary>Where to listen, if that is not where peers reach the node: behind a forwarded port. The default value is null: both are one.</summary>
    public NodeBinding? Bind { get; init; }
}

/// <summary>Where a node listens behind a forwarded port.</summary>
/// <param name="Host">The address to bind: a loopback address unless the node has certificates.</param>
/// <param name="Port">The port to bind.</param>
public sealed record NodeBinding(string Host, int Port);

/// <summary>Which side of a cut goes on; the other side's nodes are downed, and told so (<see cref="ClusterNode.Ended"/>).</summary>
public enum SplitBrainRule
{
    /// <summary>The node of role <c>coordinator</c>, and whoever reaches it. Nodes that lost the coordinator stop their work; whether they reach each other is nobody's concern.</summary>
    KeepCoordinator,

    /// <summary>The oldest node of role <c>live</c>, and whoever reaches it, unless nobody does: then the others, if they are two at least. So the death of the oldest ends no live run.</summary>
    KeepOldestLive,
}

/// <summary>The roles of nodes.</summary>
public static class NodeRoles
{
    /// <summary>Runs an experiment and hands out its jobs.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>Computes jobs.</summary>
    public const string Worker = "worker";

    /// <summary>Carries roles of a live run.</summary>
    public const string Live = "live";
}
