using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>RollGate's ring of three real clients and a real aggregator, in which devices crash in a turn. A turn takes 23 s, an acknowledgement 10 ms.</summary>
public sealed class BrokenRingSpecs : DeviceSpec
{
    private static readonly TimeSpan AtOnce = TimeSpan.Zero;
    private static readonly TimeSpan InTraining = TimeSpan.FromSeconds(2);
    private PeerProbe? _supervisor;

    public BrokenRingSpecs()
        : base(
            "extractor.rounds=1", "extractor.deadline=100 h", "expert.deadline=100 h", "inference.gates=[rollgate]", "rollgate.laps=2", "rollgate.deadline=10 min",
            "rollgate.epochs=1000", "device.compute=1 MFLOP/s", "supervision.max-restarts=0", "supervision.backoff=1 s", "supervision.patience=10000 h")
    {
    }

    [Fact]
    public void One_that_crashes_with_the_gate_and_returns_has_its_turn_all_the_same()
    {
        Train(maxRestarts: 1, InTraining, (client, turn) => client == 1 && turn == 0);
        Pass(TimeSpan.FromHours(100));
        Assert.Equal([1], Seen.Of<DeviceLost>().Select(lost => lost.Device.Number));
        Assert.Equal([(0, 3), (0, 3)], Laps());
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            _supervisor!.Send(DeviceId.Client(client), new BeginServing());
        }

        Assert.Equal(3, Told<ServingBegun>());
    }

    [Fact]
    public void One_that_crashes_before_its_acknowledgement_is_out_is_passed_over()
    {
        Train(maxRestarts: 0, AtOnce, (client, _) => client == 1);
        Assert.Equal(1, Told<TrainingFinished>());
        Assert.Equal([(0, 2), (0, 2)], Laps());
    }

    [Fact]
    public void One_that_crashes_with_the_gate_for_good_takes_the_ring_with_it_and_the_next_goes_round_it()
    {
        Train(maxRestarts: 0, InTraining, (client, _) => client == 1);
        Assert.Equal(1, Told<TrainingFinished>());
        Assert.Equal([(1, 2), (1, 2)], Laps());
        Assert.Single(Seen.Of<RingEnded>());
    }

    [Fact]
    public void When_everyone_crashes_with_the_gate_the_experiment_ends_with_a_reason()
    {
        Train(maxRestarts: 0, InTraining, (_, _) => true);
        var failure = Assert.Throws<Federation.Devices.ExperimentFailedException>(RunToEnd);
        Assert.Contains("the ring of 3 clients of stage 'rollgate' did not come to its end, 3 times", failure.Message, StringComparison.Ordinal);
    }

    private IEnumerable<(int? Generation, int Participants)> Laps() =>
        Seen.Of<RoundEnded>().Where(round => round.Stage == Stages.Rolling).Select(lap => (lap.Generation, lap.Participants));

    /// <summary>Messages of a kind that the supervisor is told within a month.</summary>
    private int Told<T>() => _supervisor!.Probe.Collect<Delivery>(TimeSpan.FromDays(30)).Count(delivery => delivery.Message is T);

    /// <summary>Trains, where a client crashes some time into a turn of which this is true, by client and number of its turn.</summary>
    private void Train(int maxRestarts, TimeSpan into, Func<int, int, bool> crashes)
    {
        var turns = new int[Plan.Deal.Clients];
        Answer = job =>
        {
            if (job.Kind == RollGateParameters.Kind)
            {
                var client = LearningJob.Parameters<RollGateParameters>(job).Client;
                if (crashes(client, turns[client]++))
                {
                    World.After(into, "fault", () => Ports.Crash(DeviceId.Client(client), "a fault"));
                }
            }

            return null;
        };
        _supervisor = Peer(DeviceId.Supervisor);
        var supervision = Plan.Settings.Supervision with { MaxRestarts = maxRestarts };
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            SwitchOn(DeviceId.Client(client), new ClientRole(client, Plan), supervision);
        }

        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan), supervision);
        _supervisor.Send(DeviceId.Aggregator, new BeginTraining());
    }
}
