using NMoE.Federation.Client;
using NMoE.Federation.Devices;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Cost;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Devices;

/// <summary>Three clients to whom a schedule happens; servers are probes.</summary>
public sealed class FaultDriverSpecs : DeviceSpec
{
    private readonly PeerProbe _aggregator;

    public FaultDriverSpecs()
        : base("supervision.patience=10000 h", "supervision.max-restarts=0", "extractor.epochs=1")
    {
        _aggregator = Peer(DeviceId.Aggregator);
        Peer(DeviceId.Supervisor);
    }

    [Fact]
    public void A_crash_for_a_time_ends_after_it_and_costs_no_restart()
    {
        Begin("faults.schedule=[\"at 100 s crash client-1 for 60 s\", \"at 300 s crash client-1 for 1 s\"]");
        Pass(TimeSpan.FromSeconds(159));
        Assert.Empty(Rejoined());
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal([1], Rejoined());
        Pass(TimeSpan.FromSeconds(200));
        Assert.Equal([1], Rejoined());
        Assert.All(Seen.Of<DeviceLost>(), lost => Assert.True(lost.Returns));
    }

    [Fact]
    public void A_crash_while_it_is_off_keeps_it_off_for_the_longer_of_the_two()
    {
        Begin("faults.schedule=[\"at 100 s crash client-1 for 60 s\", \"at 110 s crash client-1 for 10 s\", \"at 120 s crash client-1 for 100 s\"]");
        Pass(TimeSpan.FromSeconds(219));
        Assert.Empty(Rejoined());
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal([1], Rejoined());
    }

    [Fact]
    public void One_that_is_killed_never_returns_and_nobody_waits_for_it()
    {
        Begin("faults.schedule=[\"at 100 s kill client-0+client-1+client-2\"]");
        RunToEnd();
        Pass(TimeSpan.FromHours(100));
        Assert.Empty(Rejoined());
        Assert.Equal([0, 1, 2], Seen.Of<DeviceLost>().Select(lost => lost.Device.Number).Order());
    }

    [Fact]
    public void A_slow_device_takes_so_many_times_as_long_until_it_is_over()
    {
        Begin("faults.schedule=[\"at 10 s slow client-1 by 3 for 1 h\"]");
        Pass(TimeSpan.FromSeconds(20));
        var (usual, slow) = (Train(0, 1), Train(1, 1));
        var own = LearningCost.FedCe(Plan.Model, 10, 1) / Plan.Settings.Device.Compute;
        Assert.Equal(2 * own, slow - usual, 1e-5);
        Pass(TimeSpan.FromHours(2));
        Assert.Equal(usual, Train(1, 2), 1e-5);
    }

    [Fact]
    public void Of_two_that_slow_a_device_at_once_the_stronger_counts_and_neither_ends_the_other()
    {
        Begin("faults.schedule=[\"at 10 s slow client-1 by 2 for 1 h\", \"at 20 s slow client-1 by 5 for 1 min\"]");
        Pass(TimeSpan.FromSeconds(30));
        var (usual, slowest) = (Train(0, 1), Train(1, 1));
        Pass(TimeSpan.FromMinutes(2));
        var own = LearningCost.FedCe(Plan.Model, 10, 1) / Plan.Settings.Device.Compute;
        Assert.Equal(4 * own, slowest - usual, 1e-5);
        Assert.Equal(1 * own, Train(1, 2) - usual, 1e-5);
    }

    [Fact]
    public void The_same_clients_crash_at_the_same_times_whatever_is_trained_and_others_with_another_seed()
    {
        string[] crashes = ["faults.crashes.share=0.67", "faults.crashes.within=1 h", "faults.churn.up=1 h", "faults.churn.until=10 h"];
        var fedCe = Crashes([.. crashes, "extractor.method=fedce"]);
        var fedSc = Crashes([.. crashes, "extractor.method=fedsc", "inference.gates=[rangate]", "channel.bandwidth=1 kbit/s"]);
        Assert.True(fedCe.Length > 10, "Hardly anybody crashed.");
        Assert.Equal(fedCe, fedSc);
        Assert.NotEqual(fedCe, Crashes([.. crashes, "seed=2"]));
    }

    /// <summary>Means of 40 000 exponential times are within 3 standard errors of what is configured: 3 * mean / sqrt(count).</summary>
    [Fact]
    public void Times_on_and_off_have_the_means_that_are_configured()
    {
        var crashes = Crashes(["faults.churn.up=30 min", "faults.churn.down=10 min", "faults.churn.until=9000 h"]);
        var times = crashes.Length;

        // A cycle takes 40 minutes on average, with a deviation of sqrt(30^2 + 10^2) minutes; three clients in 9000 h.
        var expected = 3 * 9000 * 60 / 40.0;
        Assert.InRange(times, expected - (3 * Math.Sqrt(expected) * (Math.Sqrt(1000) / 40)), expected + (3 * Math.Sqrt(expected) * (Math.Sqrt(1000) / 40)));
    }

    private void Begin(params string[] sets)
    {
        var plan = PlanOf([.. sets, "supervision.patience=10000 h", "supervision.max-restarts=0", "extractor.epochs=1"]);
        foreach (var client in plan.ClientNumbers)
        {
            SwitchOn(Federation.Roles.Plan.Device(client), new ClientRole(client, plan), plan.Settings.Supervision);
            _aggregator.Expect<Join>();
        }

        new FaultDriver(plan, Ports).Start();
    }

    private double Train(int client, int round)
    {
        var begun = World.Now;
        _aggregator.Send(Federation.Roles.Plan.Device(client), new TrainRound(TrainingStage.Extractor, round, [Blob('f', 700_000), Blob('b', 900_000)], []));
        _aggregator.Expect<RoundUpdate>(Federation.Roles.Plan.Device(client));
        return (World.Now - begun).TotalSeconds;
    }

    private int[] Rejoined() =>
        [.. _aggregator.Probe.Collect<Delivery>(TimeSpan.Zero).Where(told => told.Message is Rejoin).Select(told => told.From.Number)];

    private (long Ticks, int Client)[] Crashes(string[] sets)
    {
        using var world = new Simulation.Loop.VirtualWorld("crashes");
        var seen = new Witness();
        var plan = PlanOf(sets);
        var compute = new ComputePort(world.World, new NoExecutor(), 1, CancellationToken.None);
        var network = new DeviceNetwork(world.World, new FixedChannel(world.World, Delay, Bandwidth), _ => { });
        var ports = new DevicePorts(world.World, network, compute, seen);
        foreach (var client in plan.ClientNumbers)
        {
            world.Spawn(DeviceActor.Of(Federation.Roles.Plan.Device(client), new Idle(), ports, plan.Settings.Supervision), "client-" + client);
        }

        new FaultDriver(plan, ports).Start();
        world.RunFor(TimeSpan.FromHours(10_000));
        return [.. seen.All.Where(item => item.What is DeviceLost).Select(item => (item.At.Ticks, ((DeviceLost)item.What).Device.Number))];
    }

    private sealed class Idle : IRole<string>
    {
        public string Initial => "";

        public object Durable(string state) => state;

        public string Recover(object durable) => "";

        public Decision<string> Handle(string state, object message) => Decision.Of(state);
    }

    private sealed class NoExecutor : NMoE.Compute.Execution.IExecutor
    {
        public NMoE.Compute.Execution.IJobHandle Submit(NMoE.Compute.Jobs.Job job) => throw new InvalidOperationException("Nothing is computed here.");

        public NMoE.Compute.Execution.ExecutorCounts Counts => new(0, 0, new Dictionary<string, int>(), new Dictionary<string, int>());

        public void Keep(IEnumerable<NMoE.Compute.Blobs.BlobRef> blobs)
        {
        }
    }
}
