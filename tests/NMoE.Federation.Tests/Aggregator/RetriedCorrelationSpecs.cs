using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>A round of FedSC that needs all three clients, and begins anew where one is late.</summary>
public sealed class RetriedCorrelationSpecs : DeviceSpec
{
    private const long MatrixBytes = (4 * 16 * 16) + 100;
    private readonly PeerProbe[] _clients;

    public RetriedCorrelationSpecs()
        : base("extractor.method=fedsc", "fedsc.dimension=16", "extractor.rounds=2", "extractor.quorum=1", "extractor.deadline=10 min", "inference.gates=[rangate]")
    {
        var supervisor = Peer(DeviceId.Supervisor);
        _clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
        foreach (var client in _clients)
        {
            client.Send(DeviceId.Aggregator, new Join(10));
        }

        supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        Assert.All(_clients, client => client.Expect<Correlate>(DeviceId.Aggregator));
    }

    /// <summary>The update of a client that was training all the time once fell between two exchanges, and the round was given up.</summary>
    [Fact]
    public void An_exchange_that_was_made_stays_made_and_a_late_update_still_counts()
    {
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            Matrix(client);
        }

        Assert.All(_clients, client => client.Expect<TrainAgainst>(DeviceId.Aggregator));
        Update(0);
        Update(1);

        // The round begins anew, for the one that is late alone: it is training, and does not take heed.
        Assert.Equal(1, _clients[2].Expect<Correlate>(DeviceId.Aggregator).Round);
        var again = World.Now;
        Update(2);
        Assert.All(_clients, client => Assert.Equal(2, client.Expect<Correlate>(DeviceId.Aggregator).Round));
        Assert.Equal((1, 3), Seen.Of<RoundEnded>().Select(round => (round.Round, round.Participants)).Single());
        Assert.True(World.Now - again < TimeSpan.FromMinutes(1), "A deadline was waited for.");
    }

    [Fact]
    public void One_that_lost_what_it_was_asked_is_told_again_against_what_to_train()
    {
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            Matrix(client);
        }

        Assert.All(_clients, client => client.Expect<TrainAgainst>(DeviceId.Aggregator));
        Update(0);
        Update(1);
        _clients[2].Expect<Correlate>(DeviceId.Aggregator);
        Matrix(2);
        Assert.Single(_clients[2].Expect<TrainAgainst>(DeviceId.Aggregator).External);
        Update(2);
        Assert.Equal(2, _clients[0].Expect<Correlate>(DeviceId.Aggregator).Round);
    }

    [Fact]
    public void Matrices_that_came_are_not_asked_for_again()
    {
        Matrix(0);
        Matrix(1);
        Assert.Equal(1, _clients[2].Expect<Correlate>(DeviceId.Aggregator).Round);
        Matrix(2);
        Assert.All(_clients, client => Assert.Single(client.Expect<TrainAgainst>(DeviceId.Aggregator).External));
    }

    private void Matrix(int client) =>
        _clients[client].Send(DeviceId.Aggregator, new Correlated(1, Blob((char)('1' + client), MatrixBytes)));

    private void Update(int client) => _clients[client].Send(
        DeviceId.Aggregator,
        new RoundUpdate(Stages.Extractor, 1, [Blob((char)('5' + client), 1000), Blob((char)('a' + client), 2000)], 10, 1, []));
}
