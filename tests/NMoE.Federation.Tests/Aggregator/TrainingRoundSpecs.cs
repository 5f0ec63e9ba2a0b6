using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>One training round, seen by the clients: the aggregator invites, collects, averages in client order, and goes on.</summary>
public sealed class TrainingRoundSpecs : DeviceSpec
{
    private readonly PeerProbe _supervisor;
    private readonly PeerProbe[] _clients;
    private readonly List<Job> _averages = [];

    public TrainingRoundSpecs()
        : base("extractor.rounds=2", "extractor.quorum=0.6", "extractor.deadline=10 min", "inference.gates=[rangate]")
    {
        _supervisor = Peer(DeviceId.Supervisor);
        _clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        Answer = job =>
        {
            if (job.Kind == AverageParameters.Kind)
            {
                _averages.Add(job);
            }

            return null;
        };
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
    }

    [Fact]
    public void A_round_invites_all_averages_in_client_order_and_the_next_starts_from_the_average()
    {
        Begin();
        var invitations = Invitations(1);
        Assert.All(invitations, invitation => Assert.Equal<BlobRef>(invitations[0].Model, invitation.Model));

        // The order of arrival is not the order of the average.
        foreach (var client in new[] { 2, 0, 1 })
        {
            Update(client, 1, loss: client + 1);
        }

        var second = Invitations(2);
        Assert.Equal(2, _averages.Count);
        Assert.Equal([Hash('0'), Hash('1'), Hash('2')], _averages[0].Inputs.Select(input => input.Hash.Hex));
        Assert.Equal<double>([10, 10, 10], LearningJob.Parameters<AverageParameters>(_averages[0]).Weights);
        Assert.NotEqual<BlobRef>(invitations[0].Model, second[0].Model);

        var ended = Assert.Single(Seen.Of<RoundEnded>());
        Assert.Equal((1, 3, 2.0), (ended.Round, ended.Participants, ended.Loss));
        Assert.Equal<BlobRef>(ended.Model, second[0].Model);
    }

    [Fact]
    public void A_quorum_is_enough_once_the_deadline_has_passed_and_who_comes_later_is_left_out()
    {
        Begin();
        Invitations(1);
        var invited = _clients[0].Probe.LastTold!.At;
        Update(2, 1, loss: 1);
        Update(0, 1, loss: 1);

        Assert.Equal(2, _clients[0].Expect<TrainRound>(DeviceId.Aggregator).Round);
        Assert.True(_clients[0].Probe.LastTold!.At - invited > TimeSpan.FromMinutes(9), "The deadline was not waited for.");
        Update(1, 1, loss: 1);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal([Hash('0'), Hash('2')], _averages[0].Inputs.Select(input => input.Hash.Hex));
        Assert.Equal(2, Assert.Single(Seen.Of<RoundEnded>()).Participants);
    }

    [Fact]
    public void Without_a_quorum_the_round_is_tried_three_times_and_then_the_experiment_ends_with_a_reason()
    {
        Begin();
        Invitations(1);
        Update(0, 1, loss: 1);

        var failure = Assert.Throws<Federation.Devices.ExperimentFailedException>(RunToEnd);
        Assert.Contains("round 1 of stage 'extractor' got 1 of 2 updates needed, 3 times", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_that_comes_twice_counts_once()
    {
        Begin();
        Invitations(1);
        Update(0, 1, loss: 4);
        Update(0, 1, loss: 9);
        Update(1, 1, loss: 4);
        Update(2, 1, loss: 4);
        Invitations(2);
        Assert.Equal(4, Assert.Single(Seen.Of<RoundEnded>()).Loss);
    }

    [Fact]
    public void After_the_last_round_the_model_is_published_and_the_experts_are_waited_for()
    {
        Begin();
        foreach (var round in new[] { 1, 2 })
        {
            Invitations(round);
            foreach (var client in Plan.Deal.ClientNumbers)
            {
                Update(client, round, loss: 1);
            }
        }

        var published = _clients.Select(client => client.Expect<PublishModel>(DeviceId.Aggregator)).ToArray();
        Assert.All(published, message => Assert.Equal<BlobRef>(Seen.Of<RoundEnded>().Last().Model, message.Model));
        foreach (var client in _clients)
        {
            client.Send(DeviceId.Aggregator, new ExpertReady());
        }

        _supervisor.Expect<TrainingFinished>(DeviceId.Aggregator);
    }

    private static string Hash(char digit) => new(digit, 64);

    private void Begin()
    {
        foreach (var client in _clients)
        {
            client.Send(DeviceId.Aggregator, new Join(10));
        }

        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
    }

    private ImmutableArray<TrainRound> Invitations(int round)
    {
        ImmutableArray<TrainRound> invitations = [.. _clients.Select(client => client.Expect<TrainRound>(DeviceId.Aggregator))];
        Assert.All(invitations, invitation => Assert.Equal((Stages.Extractor, round), (invitation.Stage, invitation.Round)));
        return invitations;
    }

    private void Update(int client, int round, double loss) => _clients[client].Send(
        DeviceId.Aggregator,
        new RoundUpdate(Stages.Extractor, round, [Blob((char)('0' + client), 1000), Blob((char)('5' + client), 2000)], 10, loss, []));
}
