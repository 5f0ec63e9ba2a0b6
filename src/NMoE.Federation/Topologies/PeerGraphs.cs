using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Federation.Channels;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Topologies;

/// <summary>Who knows whom in an experiment.</summary>
public static class PeerGraphs
{
    private const uint OrderPurpose = 0x5450_0001;
    private const uint SamplePurpose = 0x5450_0002;

    /// <summary>Whom clients may ask in serving.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="seeds">What its chance follows from.</param>
    public static Topology Of(ExperimentSettings settings, Seeds seeds)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(seeds);
        var (topology, clients) = (settings.Topology, settings.Experiment.Clients);
        return topology.Peers switch
        {
            PeerRule.All => Topology.Full(clients),
            PeerRule.File => topology.Listed.All(peers => peers.Length == clients - 1) ? Topology.Full(clients) : Listed(topology.Listed),
            _ when topology.Count >= clients - 1 => Topology.Full(clients),
            PeerRule.Random => Random(clients, topology.Count, seeds.Key("peers")),
            PeerRule.Ring => Ring(clients, topology.Count),
            _ => Topology.Of(clients, () => Nearest([.. Enumerable.Range(0, clients).Select(client => ClientTracks.Start(settings, client))], topology.Count), null),
        };
    }

    /// <summary>Whom they ask in stage 3: all of those, or a few that are drawn.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="seeds">What its chance follows from.</param>
    /// <param name="serving">Whom they may ask in serving.</param>
    public static Topology Asked(ExperimentSettings settings, Seeds seeds, Topology serving)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(serving);
        var (count, clients) = (settings.Gate.SampledPeers, settings.Experiment.Clients);
        return count is not { } k || k >= clients - 1 ? serving
            : serving.IsFull ? Random(clients, k, seeds.GateKey("sampled-peers"))
            : Topology.Of(clients, () => client => Sample([.. serving.Experts(client).Where(expert => expert != client)], k, seeds.GateKey("sampled-peers", client)), null);
    }

    /// <summary>
    /// Clients in a drawn order around a circle, each of which asks those that stand a few drawn distances on, the next always among them: k that each asks, and k that ask each, for any k and n. A client's peers
    /// are any k others alike, and the order itself is a ring of peers.
    /// </summary>
    /// <param name="clients">n.</param>
    /// <param name="count">k, below n - 1.</param>
    /// <param name="key">Key of the draws.</param>
    internal static Topology Random(int clients, int count, ulong key)
    {
        int[] Order() => new Draws(key, OrderPurpose, 0).Permutation(clients);
        return Topology.Of(
            clients,
            () =>
            {
                var (order, places) = (Order(), new int[clients]);
                int[] steps = [1, .. new Draws(key, OrderPurpose, 1).Permutation(clients - 2).Take(count - 1).Select(step => step + 2)];
                for (var place = 0; place < clients; place++)
                {
                    places[order[place]] = place;
                }

                return client => steps.Select(step => order[(places[client] + step) % clients]);
            },
            () => [.. Order()]);
    }

    /// <summary>The next on both sides by number: one after, one before, two after, and so on.</summary>
    /// <param name="clients">n.</param>
    /// <param name="count">k, below n - 1.</param>
    internal static Topology Ring(int clients, int count) => Topology.Of(
        clients,
        () => client => Enumerable.Range(0, count).Select(number => (number / 2) + 1).Select((step, number) => (client + (number % 2 == 0 ? step : clients - step)) % clients),
        () => [.. Enumerable.Range(0, clients)]);

    /// <summary>The k with the least distance on a line, ties to the lowest number: a window over the places in their order, so that nobody looks at all.</summary>
    /// <param name="places">Each client's place, in metres.</param>
    /// <param name="count">k, below n - 1.</param>
    internal static Func<int, IEnumerable<int>> Nearest(double[] places, int count)
    {
        int[] order = [.. Enumerable.Range(0, places.Length).OrderBy(client => places[client]).ThenBy(client => client)];
        var standing = new int[order.Length];
        for (var place = 0; place < order.Length; place++)
        {
            standing[order[place]] = place;
        }

        return client =>
        {
            var (before, after, peers) = (standing[client] - 1, standing[client] + 1, new List<int>(count));
            while (peers.Count < count)
            {
                var down = before < 0 ? double.PositiveInfinity : places[client] - places[order[before]];
                var up = after == order.Length ? double.PositiveInfinity : places[order[after]] - places[client];
                var isDown = down < up || (down == up && order[before] < order[after]);
                peers.Add(order[isDown ? before-- : after++]);
            }

            return peers;
        };
    }

    private static Topology Listed(ImmutableArray<ImmutableArray<int>> peers) => Topology.Of(peers.Length, () => client => peers[client], null);

    private static IEnumerable<int> Sample(ImmutableArray<int> peers, int count, ulong key) =>
        new Draws(key, SamplePurpose, 0).Permutation(peers.Length).Take(count).Select(place => peers[place]);
}
