using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;

namespace NMoE.Federation.Experiments;

/// <summary>The roles that the devices of an experiment play. Others can be put in their place, such as ones with a planted fault.</summary>
/// <param name="Client">The role of a client, by its number.</param>
/// <param name="Aggregator">The aggregator's.</param>
/// <param name="Supervisor">The supervisor's.</param>
public sealed record RoleSet(
    Func<int, IRole<ClientState>> Client, Func<IRole<AggregatorState>> Aggregator, Func<IRole<SupervisorState>> Supervisor)
{
    /// <summary>The aggregator's at a place that it can move to, from 1.</summary>
    public required Func<int, IRole<AggregatorState>> Standby { get; init; }

    /// <summary>An edge server's, by its site.</summary>
    public required Func<int, IRole<AggregatorState>> Edge { get; init; }

    /// <summary>Those of an experiment.</summary>
    public static RoleSet Of(Plan plan) => new(
        client => new ClientRole(client, plan), () => new AggregatorRole(plan), () => new SupervisorRole(plan))
    {
        Standby = place => new AggregatorRole(plan, place),
        Edge = site => new EdgeRole(plan, site),
    };
}
