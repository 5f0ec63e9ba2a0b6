using NMoE.Compute.Execution;
using NMoE.Federation.Channels;
using NMoE.Federation.Experiments;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;
using NMoE.TestKit;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>The channel that a configuration asks for is the one that a transfer meets.</summary>
public sealed class ChannelFactorySpecs : VirtualTestKit
{
    private const string Shared = "channel.model=shared";
    private readonly List<(Transfer Transfer, FlightEnd End, VirtualTime At)> _ends = [];

    [Fact]
    public void Transfers_over_a_fixed_channel_do_not_meet()
    {
        // 1 MB at 8 Mbit/s and 10 ms of delay.
        Send(["channel.delay=10 ms", "channel.bandwidth=8 Mbit/s"], (0, -1), (1, -1));
        Assert.Equal([1.01, 1.01], Ends);
    }

    [Fact]
    public void Transfers_over_a_shared_channel_share_the_clients_uplink_downlink_and_the_base_stations()
    {
        string[] rates = [Shared, "channel.delay=10 ms", "channel.up=4 Mbit/s", "channel.down=16 Mbit/s", "channel.server-up=8 Mbit/s", "channel.server-down=2 Mbit/s"];

        // Alone: 8 Mbit through 4 up and 16 down between clients; through 2 at the base station; from it through 8.
        Send(rates, (0, 1));
        Send(rates, (0, -1));
        Send(rates, (-1, 0));

        // Two clients share the base station's downlink, and one client its own uplink.
        Send(rates, (0, -1), (1, -1));
        Send(rates, (0, 1), (0, 2));
        Assert.Equal([2.01, 4.01, 1.01, 8.01, 8.01, 4.01, 4.01], Ends);
    }

    [Fact]
    public void A_link_without_limit_costs_the_delay_alone()
    {
        Send([Shared, "channel.delay=10 ms", "channel.up=unlimited", "channel.server-down=unlimited"], (0, -1));
        Assert.Equal([0.01], Ends);
    }

    /// <summary>The first sentence that names a path decides. Of 667 packets that are each lost with 99 % all arrive never.</summary>
    [Fact]
    public void A_path_of_its_own_has_its_delay_and_loss_in_its_direction_alone()
    {
        string[] paths =
        [
            Shared, "channel.delay=10 ms", "channel.up=unlimited", "channel.down=unlimited", "channel.server-down=unlimited", "channel.sends=1",
            "channel.paths=[\"client-0 to client-1 delay 50 ms\", \"client-0 to any delay 70 ms\", \"client-2 to aggregator loss 99 %\"]",
        ];
        Send(paths, (0, 1));
        Send(paths, (1, 0));
        Send(paths, (0, 2));
        Send(paths, (2, 1));
        Assert.Equal([0.05, 0.01, 0.07, 0.01], Ends);
        Send(paths, (2, -1));
        Assert.Equal(FlightEnd.Lost, _ends[^1].End);
    }

    [Theory]
    [InlineData("constant", 100.0, 100.0, 100.0)]
    [InlineData("uniform", 53.6, 100.0, 146.4)]
    [InlineData("normal", 50.0, 100.0, 150.0)]
    [InlineData("log-normal", 66.6667, 100.0, 150.0)]
    public void A_delay_is_distributed_as_its_spread_says(string form, double below, double median, double above)
    {
        var delay = ChannelFactory.DelayOf(DeviceSpec.PlanOf(Shared, "channel.delay=100 ms", $"channel.delay-form={form}", "channel.delay-spread=50 ms").Settings.Channel.Delay);

        // A deviation below and above the middle of a normal distribution, by tables of Phi; 3.6 % of a uniform one's width from its bounds.
        var (low, high) = form == "uniform" ? (0.036, 0.964) : (0.158655253931457, 0.841344746068543);
        Assert.Equal(below, delay.Draw(low).TotalMilliseconds, 1e-3);
        Assert.Equal(median, delay.Draw(0.5).TotalMilliseconds, 1e-3);
        Assert.Equal(above, delay.Draw(high).TotalMilliseconds, 1e-3);
    }

    [Fact]
    public void Losses_are_those_of_the_configuration()
    {
        // Gilbert and Elliott: a path is bad for the share g / (g + b) of its packets.
        var bursts = DeviceSpec.PlanOf(
            Shared, "channel.loss=0.001", "channel.loss-form=bursts", "channel.burst.good-to-bad=0.1", "channel.burst.bad-to-good=0.3", "channel.burst.loss=0.5");
        Assert.Equal((0.75 * 0.001) + (0.25 * 0.5), ChannelFactory.LossOf(bursts.Settings.Channel.Loss).StationaryLoss, 1e-12);
        Assert.Equal(0.02, ChannelFactory.LossOf(DeviceSpec.PlanOf(Shared, "channel.loss=0.02").Settings.Channel.Loss).StationaryLoss, 1e-12);
    }

    [Fact]
    public void An_aggregator_on_a_client_shares_that_clients_links_and_talks_to_it_for_nothing()
    {
        string[] sets = [Shared, "channel.delay=10 ms", "channel.up=4 Mbit/s", "channel.down=8 Mbit/s", "aggregator.place=client", "aggregator.client=1"];

        // To its own client and back at once; from another through that one's uplink; and up together with its client's own transfer.
        Send(sets, (-1, 1));
        Send(sets, (1, -1));
        Send(sets, (0, -1));
        Send(sets, (-1, 0), (1, 2));

        // The supervisor stays at the base station, where the aggregator is not.
        Send(sets, (-2, -1));
        Assert.Equal([0, 0, 2.01, 4.01, 4.01, 1.01], Ends);
    }

    [Fact]
    public void Servers_at_the_base_station_share_its_links_and_talk_to_each_other_for_nothing()
    {
        string[] sets = [Shared, "channel.delay=10 ms", "channel.server-up=8 Mbit/s", "channel.down=unlimited"];
        Send(sets, (-1, -2));
        Send(sets, (-1, 0), (-2, 1));
        Assert.Equal([0, 2.01, 2.01], Ends);
    }

    [Fact]
    public void What_an_aggregator_on_a_client_says_to_it_counts_as_delivered_and_costs_no_energy()
    {
        string[] sets = ["extractor.rounds=2", "gate.rounds=1", Shared, "device.energy.sent-byte=1 uJ"];
        var there = Run([.. sets, "aggregator.place=client", "aggregator.client=1"]).Report;
        var lines = there.Ledger.Where(line => (line.From, line.To) is ("aggregator", "client-1")).ToArray();
        Assert.True(lines.Sum(line => line.Delivered) > 1_000_000);
        Assert.Equal(lines.Sum(line => line.Sent), lines.Sum(line => line.Delivered));

        // The aggregator's air is what it sent to the others: none of it to its client; and it spends what a client does.
        var spent = there.Energy.Single(device => device.Device == "aggregator");
        var sent = there.Ledger.Where(line => line.From == "aggregator" && line.To != "client-1").ToArray();
        Assert.InRange(spent.SentBytes, sent.Sum(line => line.Delivered), sent.Sum(line => line.Sent));
        Assert.Equal(1e-6 * spent.SentBytes, spent.RadioJoules, 1e-9);
        Assert.Equal(0, Run(sets).Report.Energy.Single(device => device.Device == "aggregator").RadioJoules);
    }

    [Fact]
    public void A_message_of_which_something_is_missing_after_all_sends_is_lost()
    {
        // 1 MB in packets of 100 kB, of which nearly all are lost.
        Send([Shared, "channel.loss=0.999999", "channel.packet=100 kB", "channel.sends=2", "channel.delay=1 ms", "channel.up=8 Mbit/s", "channel.server-down=unlimited"], (0, -1));
        Assert.Equal(FlightEnd.Lost, Assert.Single(_ends).End);

        // Twice a second on the air, the round trip after which the first loss is known, and the last bit's way.
        Assert.Equal([2.003], Ends);
    }

    [Fact]
    public void A_whole_experiment_runs_over_shared_links_alike_for_one_seed_and_otherwise_for_another()
    {
        string[] sets = [Shared, "channel.loss=0.05", "channel.delay-form=log-normal", "extractor.rounds=2", "gate.rounds=1"];
        var (first, again, other) = (Run(sets), Run(sets), Run([.. sets, "seed=2"]));
        Assert.Equal((first.TraceHash, first.VirtualTime), (again.TraceHash, again.VirtualTime));
        Assert.NotEqual(first.VirtualTime, other.VirtualTime);
        Assert.True(first.Report.Ledger.Sum(line => line.Retransmitted) > 0);
        Assert.NotEqual(first.VirtualTime, Run(["extractor.rounds=2", "gate.rounds=1"]).VirtualTime);
    }

    /// <summary>On a path that loses packets TCP makes all of it slower, by more than a deadline of the links alone would allow. Deadlines that are forecast know it: none ends a round.</summary>
    [Fact]
    public void A_whole_experiment_over_tcp_takes_longer_and_no_forecast_deadline_cuts_it()
    {
        string[] sets = [Shared, "channel.delay=100 ms", "channel.up=200 Mbit/s", "channel.down=200 Mbit/s", "extractor.rounds=2", "gate.rounds=1", "channel.loss=0.1", "channel.packet=100 B"];
        var (ideal, tcp) = (Run(sets), Run([.. sets, "channel.transport=tcp"]));
        Assert.InRange(tcp.VirtualTime.Seconds / ideal.VirtualTime.Seconds, 20, 20_000);
        Assert.Empty(tcp.Report.Waiting?.Stages ?? []);
    }

    internal static Outcome Run(params string[] sets) => new Experiment(
        DeviceSpec.PlanOf(sets), new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null), _ => { }).Run(CancellationToken.None);

    /// <summary>Seconds from the beginning of each transfer to its end.</summary>
    private double[] Ends => [.. _ends.Select(item => item.At.Seconds)];

    /// <summary>Sends 1 MB each at the same instant, over a channel of its own.</summary>
    private void Send(string[] sets, params (int From, int To)[] pairs)
    {
        var channel = ChannelFactory.Of(DeviceSpec.PlanOf(sets).Settings, World);
        var begun = World.Now;
        foreach (var (from, to) in pairs)
        {
            var transfer = new Transfer(new DeviceId(from), new DeviceId(to), "stage", "update", 1_000_000, "a message");
            channel.Begin(transfer, end => _ends.Add((transfer, end, new((World.Now - begun).Ticks))));
        }

        Pass(TimeSpan.FromMinutes(1));
    }
}
