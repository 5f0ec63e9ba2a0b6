using System.Runtime.InteropServices;

namespace NMoE.Simulation.Network;

/// <summary>The counts of one kind of message in one stage. Those between a server, other than an edge server, and clients lie by the client's number, all others by sender and receiver.</summary>
/// <param name="stage">Stage.</param>
/// <param name="kind">Kind of message.</param>
internal sealed class LedgerColumn(string stage, string kind)
{
    private const int ChunkBits = 9;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private readonly Dictionary<(DeviceId From, DeviceId To), LedgerEntry> _pairs = [];
    private readonly List<(DeviceId Server, Side Side, LedgerEntry[]?[] Chunks)> _servers = [];

    private enum Side
    {
        ToClients,
        FromClients,
    }

    public string Stage => stage;

    public string Kind => kind;

    /// <summary>All that were counted, with sender and receiver, in no order that means anything.</summary>
    public IEnumerable<(DeviceId From, DeviceId To, LedgerEntry Entry)> All =>
        _pairs.Select(pair => (pair.Key.From, pair.Key.To, pair.Value)).Concat(_servers.SelectMany(server => server.Chunks.SelectMany((chunk, place) => Counted(server.Server, server.Side, chunk, place))));

    /// <summary>Where a message from one device to another is counted.</summary>
    public ref LedgerEntry Of(DeviceId from, DeviceId to)
    {
        if (from.IsClient == to.IsClient || from.IsEdge || to.IsEdge)
        {
            return ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (from, to), out _);
        }

        var (server, client, side) = from.IsClient ? (to, from.Number, Side.FromClients) : (from, to.Number, Side.ToClients);
        ref var chunks = ref Chunks(server, side);
        var place = client >> ChunkBits;
        if (place >= chunks.Length)
        {
            Array.Resize(ref chunks, Math.Max(place + 1, 2 * chunks.Length));
        }

        return ref (chunks[place] ??= new LedgerEntry[ChunkMask + 1])[client & ChunkMask];
    }

    private ref LedgerEntry[]?[] Chunks(DeviceId server, Side side)
    {
        var servers = CollectionsMarshal.AsSpan(_servers);
        for (var i = 0; i < servers.Length; i++)
        {
            if (servers[i].Server == server && servers[i].Side == side)
            {
                return ref servers[i].Chunks;
            }
        }

        _servers.Add((server, side, []));
        return ref CollectionsMarshal.AsSpan(_servers)[^1].Chunks;
    }

    private static IEnumerable<(DeviceId From, DeviceId To, LedgerEntry Entry)> Counted(DeviceId server, Side side, LedgerEntry[]? chunk, int place)
    {
        for (var i = 0; i < (chunk?.Length ?? 0); i++)
        {
            if (chunk![i] != default)
            {
                var client = DeviceId.Client((place << ChunkBits) | i);
                yield return side == Side.ToClients ? (server, client, chunk[i]) : (client, server, chunk[i]);
            }
        }
    }
}
