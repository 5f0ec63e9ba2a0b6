using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>The edge server of site 1 of three, of one client each, asked by the aggregator for a round of the gate.</summary>
public sealed class EdgeServerSpecs : DeviceSpec
{
    private static readonly DeviceId s_edge = DeviceId.Edge(1);
    private readonly PeerProbe _aggregator;
    private readonly PeerProbe[] _clients;

    public EdgeServerSpecs()
        : base("topology.sites=3", "gate.deadline=1 min", "gate.quorum=1", "gate.participation=1", "supervision.patience=1 h", "inference.gates=[fedgate]")
    {
        _aggregator = Peer(DeviceId.Aggregator);
        _clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        SwitchOn(s_edge, new EdgeRole(Plan, s_edge.Site));
    }

    /// <summary>Found by 10 000 seeds: a site's own server was heard again while another one tried a round in vain with its clients, and went on to invite them.</summary>
    [Fact]
    public void A_round_that_had_no_quorum_is_tried_again_with_the_clients_of_the_sites_that_are_given_then()
    {
        Ask(1, 2);
        for (var tries = 0; tries < 3; tries++)
        {
            _clients[1].Expect<TrainRound>(s_edge);
            _clients[2].Expect<TrainRound>(s_edge);
        }

        _aggregator.Expect<NothingNew>(s_edge);
        Ask(1);
        _clients[1].Expect<TrainRound>(s_edge);
        _clients[1].Send(s_edge, new RoundUpdate(Stages.Gate, 1, [Gate('2')], 10, 1, []));
        Assert.Equal<int>([1], _aggregator.Expect<RoundUpdate>(s_edge).Sites);
    }

    private void Ask(params int[] sites) => _aggregator.Send(s_edge, new TrainRound(Stages.Gate, 1, [Gate('1')], []) { Sites = [.. sites] });

    private BlobRef Gate(char digit) => Blob(digit, 1000);
}
