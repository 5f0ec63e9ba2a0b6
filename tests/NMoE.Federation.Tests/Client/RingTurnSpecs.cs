using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>Turns in RollGate's ring, seen by the neighbours of client 1 in a ring of three.</summary>
public sealed class RingTurnSpecs : DeviceSpec
{
    private const long GateBytes = 2_000;
    private static readonly DeviceId Self = new(1);
    private readonly PeerProbe _aggregator;
    private readonly PeerProbe _supervisor;
    private readonly PeerProbe _before;
    private readonly PeerProbe _after;
    private readonly List<Job> _turns = [];

    public RingTurnSpecs()
        : base("inference.gates=[rollgate]", "rollgate.deadline=10 min", "rollgate.laps=5", "rollgate.tolerance=0.1", "supervision.backoff=1 s", "supervision.patience=10000 h")
    {
        _aggregator = Peer(DeviceId.Aggregator);
        _supervisor = Peer(DeviceId.Supervisor);
        _before = Peer(new DeviceId(0));
        _after = Peer(new DeviceId(2));
        Answer = job =>
        {
            if (job.Kind == RollGateParameters.Kind)
            {
                _turns.Add(job);
                return new JobResult([Blob('b', GateBytes)], ImmutableSortedDictionary<string, double>.Empty.Add("loss", 0.5), []);
            }

            return null;
        };
        SwitchOn(Self, new ClientRole(1, Plan));
        _aggregator.Expect<Join>(Self);
        _aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('e', 900_000)]));
        _aggregator.Expect<ExpertReady>(Self);
    }

    [Fact]
    public void The_gate_is_acknowledged_at_once_and_passed_on_when_it_is_trained()
    {
        _before.Send(Self, Gate(1));
        var taken = _before.Expect<TravellingModelTaken>(Self);
        Assert.Equal(new TravellingModelTaken(Stages.Rolling, 0, 1), taken);
        var acknowledged = _before.Probe.LastTold!.At;

        var passed = _after.Expect<TravellingModel>(Self);
        Assert.Equal((2, RingStep.Train, 'b', 1.5, 3.0), (passed.Hop, passed.Step, passed.Model[0].Hash.Hex[0], passed.Losses, passed.LastLoss));
        Assert.True(_after.Probe.LastTold!.At - acknowledged > TimeSpan.Zero);
        var turn = Assert.Single(_turns);
        Assert.Equal(Blob('a', GateBytes), turn.Inputs[0]);
        _after.Send(Self, new TravellingModelTaken(Stages.Rolling, 0, 2));
        _after.Probe.ExpectNothing(TimeSpan.FromHours(5));
    }

    [Fact]
    public void A_gate_that_comes_again_or_from_behind_is_acknowledged_and_changes_nothing()
    {
        _before.Send(Self, Gate(4));
        _before.Expect<TravellingModelTaken>(Self);
        _after.Expect<TravellingModel>(Self);
        _after.Send(Self, new TravellingModelTaken(Stages.Rolling, 0, 5));

        foreach (var late in new[] { Gate(4), Gate(1) })
        {
            _before.Send(Self, late);
            Assert.Equal(new TravellingModelTaken(Stages.Rolling, 0, late.Hop), _before.Expect<TravellingModelTaken>(Self));
        }

        _after.Probe.ExpectNothing(TimeSpan.FromHours(1));
        Assert.Single(_turns);

        // A ring that was begun anew counts from the beginning.
        _before.Send(Self, Gate(1) with { Generation = 1 });
        _before.Expect<TravellingModelTaken>(Self);
        var passed = _after.Expect<TravellingModel>(Self);
        Assert.Equal((1, 2), (passed.Generation, passed.Hop));
    }

    [Fact]
    public void A_neighbour_that_does_not_acknowledge_is_passed_over_at_the_deadline()
    {
        _before.Send(Self, Gate(1));
        _before.Expect<TravellingModelTaken>(Self);
        _after.Expect<TravellingModel>(Self);
        var passed = _after.Probe.LastTold!.At;

        // Client 2 had the lap's last turn: 1.5 over the two that were there, against 3 before.
        var next = _before.Expect<TravellingModel>(Self);
        Assert.True(_before.Probe.LastTold!.At - passed > TimeSpan.FromMinutes(9.9), "The deadline was not waited for.");
        Assert.Equal((3, RingStep.Train, 0.75, 0.0), (next.Hop, next.Step, next.LastLoss, next.Losses));
        var lap = Assert.Single(Seen.Of<RoundEnded>());
        Assert.Equal((Stages.Rolling, 1, 0.75, 2), (lap.Stage, lap.Round, lap.Loss, lap.Participants));
    }

    [Fact]
    public void A_client_whose_neighbours_are_all_silent_has_the_next_turn_itself()
    {
        _before.Send(Self, Gate(1));
        _before.Expect<TravellingModelTaken>(Self);
        _after.Expect<TravellingModel>(Self);
        Assert.Equal(3, _before.Expect<TravellingModel>(Self).Hop);
        Pass(TimeSpan.FromMinutes(11));

        // The loss moves by 0.25 from the first lap to the second and not at all to the third, which ends the ring; who was passed over is asked no more.
        Assert.Equal(3, _turns.Count);

        // Its own gate, one lap later, against the same labels.
        Assert.Equal(Blob('b', GateBytes), _turns[1].Inputs[0]);
        Assert.NotEqual(_turns[0].Seed, _turns[1].Seed);
        Assert.Single(_turns.Select(turn => LearningJob.Parameters<RollGateParameters>(turn).LabelKey).Distinct());
    }

    [Fact]
    public void The_final_gate_is_adopted_and_passed_on_untrained()
    {
        _before.Send(Self, Gate(4) with { Step = RingStep.Adopt });
        _before.Expect<TravellingModelTaken>(Self);
        var passed = _after.Expect<TravellingModel>(Self);
        Assert.Equal((RingStep.Adopt, Blob('a', GateBytes)), (passed.Step, passed.Model[0]));
        Assert.Empty(_turns);
        _supervisor.Send(Self, new BeginServing());
        _supervisor.Expect<ServingBegun>(Self);
    }

    [Fact]
    public void The_last_one_to_adopt_tells_the_aggregator_until_it_acknowledges()
    {
        _before.Send(Self, Gate(5) with { Ring = [0, 2, 1], Step = RingStep.Adopt });
        _before.Expect<TravellingModelTaken>(Self);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var done = _aggregator.Expect<TravellingModel>(Self);
            Assert.Equal((6, RingStep.Done), (done.Hop, done.Step));
        }

        _aggregator.Send(Self, new TravellingModelTaken(Stages.Rolling, 0, 6));
        _aggregator.Probe.ExpectNothing(TimeSpan.FromHours(1));
    }

    [Fact]
    public void After_a_crash_a_turn_goes_on_where_it_was_and_one_that_is_over_does_not()
    {
        _before.Send(Self, Gate(1));
        _before.Expect<TravellingModelTaken>(Self);
        Ports.Crash(Self, "a fault");
        Assert.Equal(2, _after.Expect<TravellingModel>(Self).Hop);
        _after.Send(Self, new TravellingModelTaken(Stages.Rolling, 0, 2));
        Pass(TimeSpan.FromSeconds(1));
        Ports.Crash(Self, "another");
        _after.Probe.ExpectNothing(TimeSpan.FromHours(1));

        // It remembers which turns it had.
        _before.Send(Self, Gate(1));
        Pass(TimeSpan.FromHours(1));
        _after.Probe.ExpectNothing(TimeSpan.FromHours(1));
    }

    [Fact]
    public void A_gate_for_another_clients_turn_is_not_taken()
    {
        _before.Send(Self, Gate(2));
        _before.Probe.ExpectNothing(TimeSpan.FromHours(1));
        Assert.Empty(_turns);
    }

    /// <summary>A gate in a lap that follows one with a mean loss of 3; client 0 has lost 1 in it.</summary>
    private static TravellingModel Gate(int hop) => new(Stages.Rolling, 0, hop, RingStep.Train, [0, 1, 2], [Blob('a', GateBytes)], 1, 3, []);
}
