using NMoE.Federation.Settings;
using NMoE.Federation.Tests.Devices;
using NMoE.Federation.Topologies;

namespace NMoE.Federation.Tests.Topologies;

/// <summary>Who knows whom.</summary>
public sealed class PeerGraphTests
{
    private static readonly ExperimentSettings Any = new() { Channel = new ChannelSection { Mobility = new MobilitySection { Form = MobilityForm.ToAndFro } } };

    public static TheoryData<PeerRule, int, int> Counted()
    {
        var data = new TheoryData<PeerRule, int, int>();
        foreach (var (clients, count) in new[] { (3, 1), (4, 2), (7, 3), (10, 8), (11, 9), (100, 8), (101, 1) })
        {
            data.Add(PeerRule.Random, clients, count);
            data.Add(PeerRule.Ring, clients, count);
            data.Add(PeerRule.Nearest, clients, count);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Counted))]
    public void Each_client_asks_as_many_others_as_are_said_each_once(PeerRule rule, int clients, int count)
    {
        var peers = Of(rule, clients, count, 1);
        Assert.All(Enumerable.Range(0, clients), client =>
        {
            var experts = peers.Experts(client);
            Assert.Equal(experts.Distinct().Order(), experts);
            Assert.Equal((count + 1, count + 1, true), (experts.Length, peers.Count(client), experts.Contains(client)));
            Assert.All(Enumerable.Range(0, clients), expert => Assert.Equal(experts.IndexOf(expert), Math.Max(-1, peers.Place(client, expert))));
        });
    }

    /// <summary>So that no expert is asked by all, and none by nobody.</summary>
    [Theory]
    [MemberData(nameof(Counted))]
    public void Of_drawn_peers_and_of_a_ring_as_many_ask_each_client_as_it_asks_and_the_ring_goes_from_peer_to_peer(PeerRule rule, int clients, int count)
    {
        var peers = Of(rule, clients, count, 1);
        if (rule == PeerRule.Nearest)
        {
            Assert.Null(peers.Ring);
            return;
        }

        Assert.Equal(count + 1, peers.Most);
        Assert.All(Enumerable.Range(0, clients), expert => Assert.Equal(count + 1, Enumerable.Range(0, clients).Count(client => peers.Knows(client, expert))));
        var ring = peers.Ring!();
        Assert.Equal(Enumerable.Range(0, clients), ring.Order());
        Assert.All(ring.Zip(ring.Skip(1).Append(ring[0])), step => Assert.True(peers.Knows(step.First, step.Second)));
    }

    [Fact]
    public void Drawn_peers_follow_from_the_seed_and_any_others_are_as_likely()
    {
        var draws = Enumerable.Range(1, 600).Select(seed => string.Join(' ', Of(PeerRule.Random, 6, 2, (ulong)seed).Experts(0))).ToArray();
        Assert.Equal(draws[6], string.Join(' ', Of(PeerRule.Random, 6, 2, 7).Experts(0)));

        // Ten pairs of five others, sixty times each in the mean; the deviation is 7.3.
        var counts = draws.CountBy(pair => pair).Select(pair => pair.Value).ToArray();
        Assert.Equal((10, true), (counts.Length, counts.All(count => count is > 30 and < 90)));
    }

    [Theory]
    [InlineData(6, 2, "1 5", "0 2", "1 3")]
    [InlineData(6, 3, "1 2 5", "0 2 3", "1 3 4")]
    public void A_ring_has_those_after_and_before_by_number(int clients, int count, params string[] peers) => Assert.Equal(
        peers, Enumerable.Range(0, 3).Select(client => string.Join(' ', Topology(PeerGraphs.Ring(clients, count), client))));

    /// <summary>0, 5, 6, 20 and 21 m: the two nearest by hand; of two as far the lower number.</summary>
    [Fact]
    public void Nearest_are_those_with_the_least_distance()
    {
        var nearest = PeerGraphs.Nearest([6, 20, 0, 21, 5], 2);
        Assert.Equal(["2 4", "0 3", "0 4", "0 1", "0 2"], Enumerable.Range(0, 5).Select(client => string.Join(' ', nearest(client).Order())));
        Assert.Equal([0, 0], new[] { PeerGraphs.Nearest([0, 1, 2], 1), PeerGraphs.Nearest([2, 1, 0], 1) }.Select(middle => middle(1).Single()));
    }

    [Fact]
    public void What_is_sampled_is_of_peers_and_with_all_of_them_nothing_is_drawn()
    {
        var plan = DeviceSpec.PlanOf("experiment.clients=20", "topology.peers=random", "topology.count=6", "gate.sampled-peers=3");
        Assert.All(plan.Deal.ClientNumbers, client =>
        {
            Assert.Equal((4, 7), (plan.Asked.Count(client), plan.Peers.Count(client)));
            Assert.All(plan.Asked.Experts(client), expert => Assert.True(plan.Peers.Knows(client, expert)));
        });
        Assert.True(DeviceSpec.PlanOf("experiment.clients=20", "gate.sampled-peers=19").Asked.IsFull);
        Assert.True(DeviceSpec.PlanOf("experiment.clients=20", "gate.sampled-peers=18") is { Asked.IsFull: false, Peers.IsFull: true });
    }

    private static IEnumerable<int> Topology(Topology peers, int client) => peers.Experts(client).Where(expert => expert != client);

    private static Topology Of(PeerRule rule, int clients, int count, ulong seed)
    {
        var settings = Any with { Seed = seed, Experiment = new ExperimentSection { Clients = clients }, Topology = new TopologySection { Peers = rule, Count = count } };
        return PeerGraphs.Of(settings, Seeds.Of(settings));
    }
}
