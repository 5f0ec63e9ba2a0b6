using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>RollGate's ring seen by the clients: client 1 has no expert.</summary>
public sealed class RingSpecs : DeviceSpec
{
    private readonly PeerProbe _supervisor;
    private readonly PeerProbe[] _clients;

    public RingSpecs()
        : base(
            "extractor.rounds=1", "expert.deadline=10 min", "inference.gates=[rollgate]", "rollgate.laps=4", "rollgate.deadline=20 min",
            "supervision.backoff=1 s")
    {
        _supervisor = Peer(DeviceId.Supervisor);
        _clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
        foreach (var client in _clients)
        {
            client.Send(DeviceId.Aggregator, new Join(10));
        }

        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        foreach (var client in _clients)
        {
            client.Expect<TrainRound>(DeviceId.Aggregator);
            client.Send(DeviceId.Aggregator, new RoundUpdate(Stages.Extractor, 1, [Blob('a', 1000), Blob('b', 2000)], 10, 1, []));
        }

        foreach (var client in _clients)
        {
            client.Expect<PublishModel>(DeviceId.Aggregator);
        }

        _clients[0].Send(DeviceId.Aggregator, new ExpertReady());
        _clients[2].Send(DeviceId.Aggregator, new ExpertReady());
    }

    [Fact]
    public void The_first_client_with_an_expert_gets_the_initial_gate_and_the_order_of_the_ring()
    {
        var first = _clients[0].Expect<TravellingModel>(DeviceId.Aggregator);
        Assert.Equal<int>([0, 2], first.Ring);
        Assert.Equal((0, 0, RingStep.Train, 0.0, double.PositiveInfinity), (first.Generation, first.Hop, first.Step, first.Losses, first.LastLoss));
        _clients[0].Send(DeviceId.Aggregator, new TravellingModelTaken(Stages.Rolling, 0, 0));
        _clients[2].Probe.ExpectNothing(TimeSpan.FromHours(1));
    }

    [Fact]
    public void One_that_does_not_acknowledge_is_passed_over()
    {
        _clients[0].Expect<TravellingModel>(DeviceId.Aggregator);
        var sent = _clients[0].Probe.LastTold!.At;
        var second = _clients[2].Expect<TravellingModel>(DeviceId.Aggregator);
        Assert.Equal((1, 0), (second.Hop, Assert.Single(second.Missed)));
        Assert.True(_clients[2].Probe.LastTold!.At - sent > TimeSpan.FromMinutes(19.9), "The deadline was not waited for.");
    }

    [Fact]
    public void Training_ends_with_the_ring_and_those_whom_it_did_not_reach_get_the_gate()
    {
        var first = Begin();
        var done = first with { Hop = 6, Step = RingStep.Done, Model = [Blob('c', 500)], Missed = [0] };
        _clients[2].Send(DeviceId.Aggregator, done);
        Assert.Equal(new TravellingModelTaken(Stages.Rolling, 0, 6), _clients[2].Expect<TravellingModelTaken>(DeviceId.Aggregator));
        foreach (var client in new[] { 0, 1 })
        {
            var published = _clients[client].Expect<PublishModel>(DeviceId.Aggregator);
            Assert.Equal((Stages.Rolling, Blob('c', 500)), (published.Stage, Assert.Single(published.Model)));
        }

        _supervisor.Expect<TrainingFinished>(DeviceId.Aggregator);
        Assert.Equal(Blob('c', 500), Assert.Single(Assert.Single(Seen.Of<RingEnded>()).Model));

        // Again: acknowledged, and nothing else.
        _clients[2].Send(DeviceId.Aggregator, done);
        _clients[2].Expect<TravellingModelTaken>(DeviceId.Aggregator);
        _clients[0].Probe.ExpectNothing(TimeSpan.FromHours(50));
        Assert.Single(Seen.Of<RingEnded>());
    }

    [Fact]
    public void Who_comes_back_after_the_end_is_told_the_gate()
    {
        _clients[2].Send(DeviceId.Aggregator, Begin() with { Hop = 6, Step = RingStep.Done, Model = [Blob('c', 500)] });
        _supervisor.Expect<TrainingFinished>(DeviceId.Aggregator);
        _clients[2].Expect<TravellingModelTaken>(DeviceId.Aggregator);
        _clients[2].Send(DeviceId.Aggregator, new Rejoin(10));
        var told = _clients[2].Probe.Collect<Delivery>(TimeSpan.FromMinutes(1)).Select(delivery => delivery.Message).OfType<PublishModel>();
        Assert.Equal(Blob('c', 500), Assert.Single(told, message => message.Stage == Stages.Rolling).Model[0]);
    }

    /// <summary>Twenty minutes for each of 2 * (4 + 1) hops.</summary>
    [Fact]
    public void A_ring_that_does_not_end_is_begun_anew_and_given_up_after_the_third()
    {
        var first = Begin();
        var begun = _clients[0].Probe.LastTold!.At;
        foreach (var generation in new[] { 1, 2 })
        {
            var again = _clients[0].Expect<TravellingModel>(DeviceId.Aggregator);
            Assert.Equal((generation, 0, first.Model[0]), (again.Generation, again.Hop, again.Model[0]));
            Assert.InRange((_clients[0].Probe.LastTold!.At - begun).TotalMinutes, (200 * generation) - 1, (200 * generation) + 1);
            _clients[0].Send(DeviceId.Aggregator, new TravellingModelTaken(Stages.Rolling, generation, 0));
        }

        // The end of a ring that was given up is acknowledged, and not the end.
        _clients[2].Send(DeviceId.Aggregator, first with { Hop = 6, Step = RingStep.Done });
        _clients[2].Expect<TravellingModelTaken>(DeviceId.Aggregator);
        Assert.Empty(Seen.Of<RingEnded>());
        var failure = Assert.Throws<Federation.Devices.ExperimentFailedException>(RunToEnd);
        Assert.Contains("the ring of 2 clients of stage 'rollgate' did not come to its end, 3 times", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_crash_the_ring_is_as_it_was()
    {
        var first = Begin();
        Ports.Crash(DeviceId.Aggregator, "a fault");
        var again = _clients[0].Expect<TravellingModel>(DeviceId.Aggregator);
        Assert.Equal((0, 0, first.Model[0]), (again.Generation, again.Hop, again.Model[0]));
        _clients[2].Send(DeviceId.Aggregator, first with { Hop = 6, Step = RingStep.Done });
        _supervisor.Expect<TrainingFinished>(DeviceId.Aggregator);
    }

    private TravellingModel Begin()
    {
        var first = _clients[0].Expect<TravellingModel>(DeviceId.Aggregator);
        _clients[0].Send(DeviceId.Aggregator, new TravellingModelTaken(Stages.Rolling, 0, 0));
        return first;
    }
}
