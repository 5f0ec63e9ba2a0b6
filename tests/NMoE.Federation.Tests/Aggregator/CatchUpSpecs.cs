using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>An aggregator whose words, or whose clients', are lost.</summary>
public sealed class CatchUpSpecs : DeviceSpec
{
    private readonly PeerProbe _supervisor;
    private readonly PeerProbe[] _clients;

    public CatchUpSpecs()
        : base(
            "extractor.rounds=2", "extractor.deadline=1 h", "inference.gates=[rangate]", "supervision.patience=10 min", "supervision.max-silence=3")
    {
        _supervisor = Peer(DeviceId.Supervisor);
        _clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
    }

    [Fact]
    public void Who_asks_in_a_round_gets_its_invitation_again_until_its_update_is_there()
    {
        Join(0, 1, 2);
        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        var first = Invitation(0);
        _clients[0].Send(DeviceId.Aggregator, new Rejoin(10));
        _clients[0].Expect<NothingNew>(DeviceId.Aggregator);
        Assert.Equal<Compute.Blobs.BlobRef>(first.Model, Invitation(0).Model);

        Update(0, 1);
        Pass(TimeSpan.FromSeconds(10));
        _clients[0].Send(DeviceId.Aggregator, new Rejoin(10));
        _clients[0].Expect<NothingNew>(DeviceId.Aggregator);
    }

    /// <summary>The model takes more than a second on the link of 8 Mbit/s: a copy would only slow it down. Silence, though, once made clients leave that waited long for theirs.</summary>
    [Fact]
    public void Who_asks_while_its_invitation_is_on_its_way_gets_no_second_one_but_a_sign_of_life()
    {
        Join(0, 1, 2);
        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        Pass(TimeSpan.FromSeconds(0.5));
        _clients[0].Send(DeviceId.Aggregator, new Rejoin(10));
        _clients[0].Expect<NothingNew>(DeviceId.Aggregator);
        Invitation(0);
        _clients[0].Probe.ExpectNothing(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Who_joins_after_the_deadline_is_invited_to_the_next_round()
    {
        Join(0, 1);
        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        Assert.Equal(1, Invitation(0).Round);
        Assert.Equal(1, Invitation(1).Round);
        _clients[2].Send(DeviceId.Aggregator, new Rejoin(10));
        _clients[2].Expect<NothingNew>(DeviceId.Aggregator);

        Update(0, 1);
        Update(1, 1);
        Assert.Equal(2, Invitation(2).Round);
        Assert.Equal(2, Assert.Single(Seen.Of<RoundEnded>()).Participants);
    }

    [Fact]
    public void Without_the_supervisors_word_it_asks_and_begins_when_that_comes()
    {
        Join(0, 1);
        _supervisor.Expect<Rejoin>(DeviceId.Aggregator);
        Assert.True(World.Now.Seconds >= 3600, "It asked before the deadline.");
        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        Assert.Equal(1, Invitation(1).Round);
    }

    [Fact]
    public void Without_the_supervisors_word_for_long_the_experiment_ends_with_a_reason()
    {
        Join(0, 1);
        var failure = Assert.Throws<Federation.Devices.ExperimentFailedException>(RunToEnd);
        Assert.Contains("the supervisor never said that training may begin", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_training_is_said_again_while_nobody_switches_the_aggregator_off()
    {
        Join(0, 1, 2);
        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        foreach (var round in new[] { 1, 2 })
        {
            foreach (var client in Plan.Deal.ClientNumbers)
            {
                Invitation(client);
                Update(client, round);
            }
        }

        foreach (var client in Plan.Deal.ClientNumbers)
        {
            _clients[client].Expect<PublishModel>(DeviceId.Aggregator);
            _clients[client].Send(DeviceId.Aggregator, new ExpertReady());
        }

        Assert.Equal(4, _supervisor.Probe.Collect<Delivery>(TimeSpan.FromHours(24)).Count(told => told.Message is TrainingFinished));
    }

    private void Join(params int[] clients)
    {
        foreach (var client in clients)
        {
            _clients[client].Send(DeviceId.Aggregator, new Join(10));
        }
    }

    private TrainRound Invitation(int client) => _clients[client].Expect<TrainRound>(DeviceId.Aggregator);

    private void Update(int client, int round) => _clients[client].Send(
        DeviceId.Aggregator,
        new RoundUpdate(Stages.Extractor, round, [Blob((char)('0' + client), 1000), Blob((char)('5' + client), 2000)], 10, 1, []));
}
