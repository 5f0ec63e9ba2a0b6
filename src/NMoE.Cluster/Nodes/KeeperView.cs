using System.Collections.Immutable;

namespace NMoE.Cluster.Nodes;

/// <summary>What a node knows of its cluster when it looks whom it can reach. Members are named <c>host:port</c>.</summary>
/// <param name="Self">The node.</param>
/// <param name="Keeper">The member whose side goes on; null while there is none.</param>
/// <param name="Others">All other members that are not on their way out.</param>
/// <param name="Unreachable">Those of them that it watches and cannot reach.</param>
/// <param name="MissedBy">Who of the others has said lately that it cannot reach the keeper either.</param>
internal sealed record KeeperView(
    string Self, string? Keeper, ImmutableSortedSet<string> Others, ImmutableSortedSet<string> Unreachable, ImmutableSortedSet<string> MissedBy)
{
    /// <summary>
    /// Whom a node watches: the keeper all others, and the others the keeper. Two of the others need not reach each other, and nothing in the cluster waits until they do: Akka's own rules would
    /// down both, and the keeper too where somebody else reaches it and its peer.
    /// </summary>
    public bool Watches(string other) => Self == Keeper || other == Keeper;

    /// <summary>Whether nothing has changed of what a decision depends on.</summary>
    public bool IsAs(KeeperView? earlier) => earlier is not null && Keeper == earlier.Keeper
        && Others.SetEquals(earlier.Others) && Unreachable.SetEquals(earlier.Unreachable) && MissedBy.SetEquals(earlier.MissedBy);

    /// <summary>Whom this node has to down; itself where it is the one that is cut off.</summary>
    public ImmutableSortedSet<string> ToDown(SplitBrainRule rule) => rule == SplitBrainRule.KeepCoordinator ? OfCoordinator() : OfLive();

    /// <summary>Whether this node watches the keeper and cannot reach it.</summary>
    public bool IsCutOff => Keeper is not null && Unreachable.Contains(Keeper);

    private ImmutableSortedSet<string> OfCoordinator() => Self == Keeper ? Unreachable : IsCutOff ? [Self] : [];

    /// <summary>A keeper that nobody reaches is given up by the others, if there are two at least, and gives itself up.</summary>
    private ImmutableSortedSet<string> OfLive()
    {
        if (Self == Keeper)
            return Others.Count >= 2 && Unreachable.SetEquals(Others) ? [Self] : Unreachable;
        if (!IsCutOff)
            return [];
        var rest = Others.Remove(Keeper!);
        return !rest.IsEmpty && rest.IsSubsetOf(MissedBy) ? [Keeper!] : [Self];
    }
}
