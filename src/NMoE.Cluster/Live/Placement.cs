using System.Collections.Immutable;

namespace NMoE.Cluster.Live;

/// <summary>Which node clients are on: dealt in client order over all nodes but the first, which the servers have to themselves; one node alone has everything.</summary>
/// <param name="Clients">Number of clients.</param>
/// <param name="Nodes">Number of nodes, from 1.</param>
internal sealed record Placement(int Clients, int Nodes)
{
    /// <summary>The node of a client, from 0.</summary>
    public int NodeOf(int client) => Nodes == 1 ? 0 : 1 + (client % (Nodes - 1));

    /// <summary>The clients of a node, ascending.</summary>
    public ImmutableArray<int> ClientsOf(int node) => [.. Enumerable.Range(0, Clients).Where(client => NodeOf(client) == node)];
}
