using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Cluster.Work.Messages;
using AkkaCluster = Akka.Cluster.Cluster;

namespace NMoE.Cluster.Work;

/// <summary>The members of a node's cluster, for people.</summary>
internal static class Members
{
    /// <summary>Ordered by address.</summary>
    public static ImmutableArray<MemberStatus> Of(ActorSystem system)
    {
        // A system without a cluster is one of a test.
        if (!system.HasExtension<AkkaCluster>())
            return [];
        var state = AkkaCluster.Get(system).State;
        return
        [
            .. state.Members.Select(member => new MemberStatus(
                Text(member.Address), [.. member.Roles.Order(StringComparer.Ordinal)], member.Status.ToString().ToLowerInvariant(), state.Unreachable.Contains(member)))
                .OrderBy(member => member.Address, StringComparer.Ordinal),
        ];
    }

    /// <summary>An address as <c>host:port</c>.</summary>
    public static string Text(Address address) => address.Host is null ? "this process" : FormattableString.Invariant($"{address.Host}:{address.Port}");
}
