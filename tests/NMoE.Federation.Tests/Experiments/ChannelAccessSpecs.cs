using NMoE.Federation.Algorithms;
using NMoE.Federation.Channels;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Accesses that change: measured ones, and those of clients that move.</summary>
public sealed class ChannelAccessSpecs
{
    private const string Header = "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n";

    [Fact]
    public void A_transfer_meets_the_rates_of_the_trace_and_waits_while_its_device_is_off()
    {
        // 1 MB at 1 Mbit/s for 2 s, at 4 after that, off from 3 s to 5: 2 + 4 Mbit until 3 s, and the other 2 from 5 s to 5.5; 30 ms of the access and 10 of the path.
        var plan = PlanOf(
            "channel { model = shared, delay = 10 ms, server-down = unlimited, trace = a.csv, intervals = on.csv }",
            ("a.csv", Header + "0,client-0,1e6,1e6,30,0\n2,client-0,4e6,1e6,30,0\n"), ("on.csv", "device,on_from_s,on_until_s\nclient-0,0,3\nclient-0,5,100\n"));
        Assert.Equal(5.54, Lasts(plan, 0, -1), 1e-6);

        // Client 1 is in no trace: the channel's 20 Mbit/s and delay.
        Assert.Equal(0.41, Lasts(plan, 1, -1), 1e-6);
    }

    [Fact]
    public void A_trace_of_the_aggregator_takes_the_base_stations_place()
    {
        var plan = PlanOf("channel { model = shared, delay = 0 ms, up = unlimited, trace = a.csv }", ("a.csv", Header + "0,aggregator,1e6,2e6,0,0\n"));
        Assert.Equal(4.0, Lasts(plan, 0, -1), 1e-6);
    }

    [Fact]
    public void A_client_that_stands_has_the_rate_that_Shannon_gives_its_distance()
    {
        // 23 dBm over 1 MHz at 100 m: 40 + 3 * 20 dB lost, noise -174 + 60 + 9 dBm, so SNR is 28 dB, 630.957; 10^6 log2(631.957) = 9303683.4 bit/s. From the base station 38 dB.
        var plan = PlanOf(
            "channel { model = shared, delay = 0 ms, server-down = unlimited, server-up = unlimited, mobility { form = to-and-fro, near = 100 m, far = 100 m, bandwidth = 1 MHz, "
            + "path-loss-exponent = 3, reference-loss = 40, noise-figure = 9, transmit-power = 23, server-transmit-power = 33 } }");
        Assert.Equal(8e6 / 9_303_683, Lasts(plan, 0, -1), 1e-6);
        Assert.Equal(8e6 / Math.Floor(1e6 * Math.Log2(1 + Math.Pow(10, 3.8))), Lasts(plan, -1, 0), 1e-6);
    }

    [Fact]
    public void Clients_go_to_and_fro_between_the_least_and_the_greatest_distance_from_the_place_where_they_start()
    {
        var mobility = PlanOf("channel { model = shared, mobility { form = to-and-fro, near = 20 m, far = 100 m, speed = 2 m/s, until = 100 s } }").Settings.Channel.Mobility;

        // A quarter of the way there and back: 60 m, outward; 20 s to 100 m, 40 s a way after that.
        Assert.Equal([(0.0, 60.0), (20, 100), (60, 20), (100, 100)], Track(mobility, 0.25));

        // Three quarters: 60 m, inward.
        Assert.Equal([(0.0, 60.0), (20, 20), (60, 100), (100, 20)], Track(mobility, 0.75));
        Assert.Equal((0.0, 20.0), Track(mobility, 0)[0]);
    }

    [Fact]
    public void Each_client_starts_from_a_place_of_its_own_that_follows_from_the_seed()
    {
        const string moving = "channel { model = shared, mobility.form = to-and-fro }";
        var (plan, other) = (PlanOf(moving), PlanOf(moving + "\nseed = 2"));
        Assert.Equal(2, new[] { Lasts(plan, 0, -1), Lasts(plan, 1, -1) }.Distinct().Count());
        Assert.Equal(Lasts(plan, 0, -1), Lasts(PlanOf(moving), 0, -1));
        Assert.NotEqual(Lasts(plan, 0, -1), Lasts(other, 0, -1));
    }

    private static (double Seconds, double Metres)[] Track(Federation.Settings.MobilitySection mobility, double start) =>
        [.. ClientTracks.ToAndFro(mobility, start).Select(point => (point.At.Seconds, point.Metres))];

    private static Plan PlanOf(string text, params (string Name, string Text)[] files) => Plans.Of(
        Configuration.Experiments.ReadFiles((Configuration.Experiments.File, "experiment.clients = 2\n" + text), files).Settings,
        new DataSpec("generated", GeneratedSource.Version, 1));

    /// <summary>Seconds of 1 MB from the beginning of a world of its own.</summary>
    private static double Lasts(Plan plan, int from, int to)
    {
        using var simulation = new Simulation.Loop.VirtualWorld("one");
        var end = VirtualTime.Zero;
        ChannelFactory.Of(plan.Settings, simulation.World).Begin(
            new Transfer(new DeviceId(from), new DeviceId(to), "stage", "update", 1_000_000, "a message"), _ => end = simulation.World.Now);
        simulation.RunFor(TimeSpan.FromHours(1));
        return end.Seconds;
    }
}
