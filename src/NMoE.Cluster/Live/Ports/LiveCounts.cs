using System.Collections.Immutable;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Ports;

/// <summary>What nodes have counted: each says the sums of all that it has sent, so that a word that is lost or comes twice does no harm.</summary>
internal sealed class LiveCounts
{
    private readonly SortedDictionary<string, SortedDictionary<LedgerKey, LedgerEntry>> _nodes = new(StringComparer.Ordinal);
    private readonly List<(VirtualTime At, LedgerKey Key, LedgerEntry More)> _grown = [];

    /// <summary>A node said its sums.</summary>
    /// <param name="node">The node, and which of its lives.</param>
    /// <param name="at">When.</param>
    /// <param name="sums">Those that have changed.</param>
    /// <returns>Whether it is the node's first word.</returns>
    public bool Heard(string node, VirtualTime at, ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> sums)
    {
        var isNew = !_nodes.TryGetValue(node, out var known);
        known ??= _nodes[node] = [];

        foreach (var (key, sum) in sums)
        {
            var more = sum.Since(known.GetValueOrDefault(key));
            if (more != default)
            {
                known[key] = sum;
                _grown.Add((at, key, more));
            }
        }

        return isNew;
    }

    /// <summary>All that was counted, in the order in which it was heard. What was still on its way counts as lost at the end.</summary>
    public ImmutableArray<(VirtualTime At, LedgerKey Key, LedgerEntry More)> Close(VirtualTime at) =>
    [
        .. _grown,
        .. _nodes.Values.SelectMany(sums => sums).Where(sum => sum.Value.InFlight > 0).Select(sum => (at, sum.Key, new LedgerEntry(0, 0, 0, sum.Value.InFlight)
        {
            MessagesLost = sum.Value.Messages - sum.Value.MessagesDelivered - sum.Value.MessagesLost,
        })),
    ];
}
