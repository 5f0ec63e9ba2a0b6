using System.Collections.Immutable;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Topologies;

/// <summary>Which clients are below which edge server.</summary>
public sealed class Sites
{
    private readonly ImmutableArray<int> _siteOf;
    private readonly ImmutableArray<ImmutableArray<int>> _clients;

    private Sites(ImmutableArray<int> siteOf, int count)
    {
        _siteOf = siteOf;
        _clients = [.. Enumerable.Range(0, count).GroupJoin(siteOf.Index(), site => site, client => client.Item, (_, clients) => clients.Select(client => client.Index).ToImmutableArray())];
    }

    /// <summary>There are none: every client is below the aggregator.</summary>
    public static Sites None { get; } = new([], 0);

    /// <summary>How many there are; 0 for none.</summary>
    public int Count => _clients.Length;

    /// <summary>The number of clients of the site that has most.</summary>
    public int Largest => _clients.Max(clients => clients.Length);

    /// <summary>The edge servers, by site.</summary>
    public IEnumerable<DeviceId> Edges => Enumerable.Range(0, Count).Select(DeviceId.Edge);

    /// <summary>Those of an experiment: as its file says, or equal ones of consecutive clients, of which none has more than one client above another.</summary>
    public static Sites Of(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (topology, clients) = (settings.Topology, settings.Experiment.Clients);
        return topology.Sites is not { } sites ? None
            : !topology.SiteOf.IsEmpty ? new(topology.SiteOf, sites)
            : new([.. Enumerable.Range(0, clients).Select(client => (int)((long)client * sites / clients))], sites);
    }

    /// <summary>The clients of a site, ascending.</summary>
    public ImmutableArray<int> Clients(int site) => _clients[site];

    /// <summary>A client's edge server; null where there are no sites.</summary>
    public DeviceId? EdgeOf(int client) => Count == 0 ? null : DeviceId.Edge(_siteOf[client]);
}
