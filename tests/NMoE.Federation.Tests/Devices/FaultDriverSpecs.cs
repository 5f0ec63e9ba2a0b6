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
        var own = LearningCost.FedCe(Plan.Model.Spec, 10, 1) / Plan.Settings.Device.Compute;
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
        var own = LearningCost.FedCe(Plan.Model.Spec, 10, 1) / Plan.Settings.Device.Compute;
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

    /// <summary>What Y contained of X once was left out, and these three cut nothing.</summary>
    [Theory]
    [InlineData("partition clients from clients", "0-1 0-2 1-2")]
    [InlineData("partition clients from client-2", "0-2 1-2")]
    [InlineData("partition any from aggregator", "A-0 A-1 A-2 A-S")]
    [InlineData("partition client-0+client-1 from client-1+aggregator", "0-1 A-0 A-1")]
    [InlineData("partition client-2 from any", "0-2 1-2 A-2 S-2")]
    public void A_cut_is_from_each_of_the_first_to_each_other_of_the_second(string cut, string pairs) => Assert.Equal(pairs, Lost(cut));

    /// <summary>The aggregator on client 0 once was cut off from it, and stayed connected through its links.</summary>
    [Theory]
    [InlineData("partition client-0 from any", "0-1 0-2 A-1 A-2 A-S S-0")]
    [InlineData("partition aggregator from client-1", "0-1 A-1")]
    [InlineData("partition client-1 from client-0+aggregator", "0-1 A-1")]
    public void An_aggregator_on_a_client_is_cut_with_it_and_never_from_it(string cut, string pairs) =>
        Assert.Equal(pairs, Lost(cut, "aggregator.place=client", "aggregator.client=0", "channel.model=shared"));

    /// <summary>Pairs between which nothing passes, in both directions.</summary>
    private static string Lost(string cut, params string[] sets)
    {
        using var world = new Simulation.Loop.VirtualWorld("cut");
        var plan = PlanOf([.. sets, $"faults.schedule=[\"at 1 s {cut} for 1 h\"]"]);
        var passed = new SortedSet<(DeviceId, DeviceId)>();
        var network = new DeviceNetwork(world.World, new FixedChannel(world.World, Delay, Bandwidth), sent => passed.Add((sent.From, sent.To)));
        var compute = new ComputePort(world.World, new NoExecutor(), _ => 1, CancellationToken.None);
        DeviceId[] all = [DeviceId.Aggregator, DeviceId.Supervisor, .. plan.Deal.ClientNumbers.Select(DeviceId.Client)];
        foreach (var device in all)
        {
            network.Attach(device, Akka.Actor.ActorRefs.Nobody);
        }

        new FaultDriver(plan.Settings, plan.Seeds, new DevicePorts(world.World, network, compute, new Witness())).Start();
        world.RunFor(TimeSpan.FromMinutes(1));
        var pairs = all.SelectMany(from => all.Where(to => to != from).Select(to => (From: from, To: to))).ToArray();
        foreach (var (from, to) in pairs)
        {
            network.Send(new Transfer(from, to, "x", "x", 1, "a message"));
        }

        world.RunFor(TimeSpan.FromMinutes(1));
        static string Name(DeviceId device) => device == DeviceId.Aggregator ? "A" : device == DeviceId.Supervisor ? "S" : device.Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var lost = pairs.Where(pair => !passed.Contains(pair)).ToArray();
        Assert.All(lost, pair => Assert.Contains((pair.To, pair.From), lost));
        return string.Join(' ', lost.Where(pair => Order(pair.From) < Order(pair.To)).Select(pair => $"{Name(pair.From)}-{Name(pair.To)}").Order(StringComparer.Ordinal));
    }

    private static int Order(DeviceId device) => device.Number < 0 ? -10 - device.Number : device.Number;

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
        foreach (var client in plan.Deal.ClientNumbers)
        {
            SwitchOn(DeviceId.Client(client), new ClientRole(client, plan), plan.Settings.Supervision);
            _aggregator.Expect<Join>();
        }

        new FaultDriver(plan.Settings, plan.Seeds, Ports).Start();
    }

    private double Train(int client, int round)
    {
        var begun = World.Now;
        _aggregator.Send(DeviceId.Client(client), new TrainRound(Stages.Extractor, round, [Blob('f', 700_000), Blob('b', 900_000)], []));
        _aggregator.Expect<RoundUpdate>(DeviceId.Client(client));
        return (World.Now - begun).TotalSeconds;
    }

    private int[] Rejoined() =>
        [.. _aggregator.Probe.Collect<Delivery>(TimeSpan.Zero).Where(told => told.Message is Rejoin).Select(told => told.From.Number)];

    private (long Ticks, int Client)[] Crashes(string[] sets)
    {
        using var world = new Simulation.Loop.VirtualWorld("crashes");
        var seen = new Witness();
        var plan = PlanOf(sets);
        var compute = new ComputePort(world.World, new NoExecutor(), _ => 1, CancellationToken.None);
        var network = new DeviceNetwork(world.World, new FixedChannel(world.World, Delay, Bandwidth), _ => { });
        var ports = new DevicePorts(world.World, network, compute, seen);
        foreach (var client in plan.Deal.ClientNumbers)
        {
            world.Spawn(DeviceActor.Of(DeviceId.Client(client), new Idle(), ports, plan.Settings.Supervision), "client-" + client);
        }

        new FaultDriver(plan.Settings, plan.Seeds, ports).Start();
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
