using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>A round of FedSC, seen by the clients.</summary>
public sealed class CorrelationRoundSpecs : DeviceSpec
{
    private const long MatrixBytes = (4 * 16 * 16) + 100;
    private readonly PeerProbe _supervisor;
    private readonly PeerProbe[] _clients;

    public CorrelationRoundSpecs()
        : base("extractor.method=fedsc", "fedsc.dimension=16", "extractor.rounds=2", "extractor.quorum=0.3", "extractor.deadline=10 min", "inference.gates=[rangate]")
    {
        _supervisor = Peer(DeviceId.Supervisor);
        _clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
        foreach (var client in _clients)
        {
            client.Send(DeviceId.Aggregator, new Join(10));
        }

        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        Assert.All(_clients, client => Assert.Equal(1, client.Expect<Correlate>(DeviceId.Aggregator).Round));
    }

    /// <summary>It once counted as the client's update of the round, whose real one was then a duplicate, and the round never ended.</summary>
    [Fact]
    public void An_update_from_before_the_exchange_counts_for_nothing_and_the_round_ends_with_the_real_one()
    {
        Update(0, loss: 99);
        Matrix(0);
        var against = _clients[0].Expect<TrainAgainst>(DeviceId.Aggregator);
        Assert.Empty(against.External);
        Update(0, loss: 5);
        _clients[0].Expect<Correlate>(DeviceId.Aggregator);
        var ended = Assert.Single(Seen.Of<RoundEnded>());
        Assert.Equal((1, 5.0), (ended.Participants, ended.Loss));
    }

    [Fact]
    public void A_matrix_that_comes_too_late_for_its_round_is_the_clients_last_in_the_next()
    {
        Matrix(0);
        _clients[0].Expect<TrainAgainst>(DeviceId.Aggregator);
        Matrix(1);
        Update(0, loss: 5);
        _clients[0].Expect<Correlate>(DeviceId.Aggregator);
        Matrix(0, round: 2);
        Assert.Single(_clients[0].Expect<TrainAgainst>(DeviceId.Aggregator).External);
    }

    [Fact]
    public void Once_the_exchange_is_made_without_a_client_its_update_is_not_waited_for_either()
    {
        Matrix(0);
        _clients[0].Expect<TrainAgainst>(DeviceId.Aggregator);
        var exchanged = World.Now;
        Update(0, loss: 5);
        Assert.Equal(2, _clients[0].Expect<Correlate>(DeviceId.Aggregator).Round);
        Assert.True(World.Now - exchanged < TimeSpan.FromMinutes(1), "The updates' deadline was waited for.");
    }

    [Fact]
    public void A_client_that_crashed_after_its_matrix_asks_is_asked_for_it_again_and_takes_part()
    {
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            Matrix(client);
        }

        Assert.Single(_clients[1].Expect<TrainAgainst>(DeviceId.Aggregator).External);
        _clients[1].Send(DeviceId.Aggregator, new Rejoin(10));
        _clients[1].Expect<NothingNew>(DeviceId.Aggregator);
        _clients[1].Expect<Correlate>(DeviceId.Aggregator);
        Matrix(1);
        Assert.Single(_clients[1].Expect<TrainAgainst>(DeviceId.Aggregator).External);
    }

    [Fact]
    public void What_has_not_the_size_of_a_matrix_is_no_matrix()
    {
        _clients[0].Send(DeviceId.Aggregator, new Correlated(1, Blob('a', 50)));
        Matrix(1);
        _clients[1].Expect<TrainAgainst>(DeviceId.Aggregator);
        _clients[0].Probe.ExpectNothing(TimeSpan.FromSeconds(1));
    }

    private void Matrix(int client, int round = 1) =>
        _clients[client].Send(DeviceId.Aggregator, new Correlated(round, Blob((char)('1' + client), MatrixBytes)));

    private void Update(int client, double loss) => _clients[client].Send(
        DeviceId.Aggregator,
        new RoundUpdate(Stages.Extractor, 1, [Blob((char)('5' + client), 1000), Blob((char)('a' + client), 2000)], 10, loss, []));
}
