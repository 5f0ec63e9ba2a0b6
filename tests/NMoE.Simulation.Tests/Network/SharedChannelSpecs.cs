using System.Numerics;
using CsCheck;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Simulation.Tests.Network;

public sealed class SharedChannelSpecs : ChannelSpec
{
    [Fact]
    public void A_lone_transfer_takes_delay_plus_size_over_bandwidth_to_the_tick()
    {
        var gen = Gen.Select(Gen.Long[1, 50_000_000], Gen.Long[1, 1_000_000_000], Gen.Long[1, 1_000_000_000], Gen.Long[0, 36_000_000_000]);
        gen.Sample(
            (bytes, up, down, delay) =>
            {
                Ends.Clear();
                Accesses[Client(0)] = Rates(up, 1);
                Accesses[Server] = Rates(1, down);
                Path = new(new ConstantDelay(new TimeSpan(delay)), new IndependentLoss(0));
                var begun = World.Now;
                Begin(Channel(), Client(0), Server, bytes);
                Pass(TimeSpan.FromDays(10_000));
                var rate = Math.Min(up, down);
                Assert.Equal(delay + (((BigInteger)bytes * 80_000_000) + rate - 1) / rate, Assert.Single(Ends).At.Ticks - begun.Ticks);
            },
            iter: 200, threads: 1);
    }

    /// <summary>1 Mbit at 1 Mbit/s, 250 uses of 1 kHz after it, and 50 ms of delay. Another transfer shares the bits' way, and not that of the uses.</summary>
    [Fact]
    public void What_is_sent_in_analog_form_follows_the_last_bit()
    {
        Accesses[Server] = Rates(1, 1e6);
        Path = Path with { Delay = new ConstantDelay(TimeSpan.FromMilliseconds(50)) };
        var channel = Channel();
        _ = channel.Begin(Message(Client(0), Server, 125_000, 0) with { ChannelUses = 250, AnalogTime = TimeSpan.FromMilliseconds(250) }, end => Ends.Add((Message(Client(0), Server, 125_000, 0), end, World.Now)));
        At(1, () => Begin(channel, Client(1), Server, 125_000));
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal([(Client(0), Second(1.3)), (Client(1), Second(2.05))], Ends.Select(item => (item.Transfer.From, item.At)));
    }

    [Theory]
    [InlineData(1, 8.05)]
    [InlineData(3, 24.05)]
    [InlineData(7, 56.05)]
    public void K_equal_transfers_through_one_uplink_end_at_delay_plus_k_times_size_over_bandwidth(int k, double seconds)
    {
        Accesses[Client(0)] = Rates(1e6, 1);
        Path = Path with { Delay = new ConstantDelay(TimeSpan.FromMilliseconds(50)) };
        var channel = Channel();
        for (var i = 1; i <= k; i++)
        {
            Begin(channel, Client(0), Client(i), 1_000_000);
        }

        Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(k, Ends.Count);
        Assert.All(Ends, item => Assert.Equal(Second(seconds), item.At));
    }

    [Fact]
    public void A_transfer_that_begins_later_slows_the_first_and_has_all_when_that_one_is_gone()
    {
        // 1 Mbit each at 1 Mbit/s, the second half a second later: half alone, then half shared until 1.5 s; then the other half alone.
        Accesses[Server] = Rates(1, 1e6);
        var channel = Channel();
        Begin(channel, Client(0), Server, 125_000);
        At(0.5, () => Begin(channel, Client(1), Server, 125_000));
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal([(Client(0), Second(1.5)), (Client(1), Second(2))], Ends.Select(item => (item.Transfer.From, item.At)));
    }

    [Fact]
    public void What_a_slow_uplink_leaves_of_a_downlink_goes_to_the_others()
    {
        // 10 Mbit/s: 1 for the slow one, 4.5 for each of two; when those end, the slow one has no more than before.
        Accesses[Server] = Rates(1, 10e6);
        Accesses[Client(0)] = Rates(1e6, 1);
        var channel = Channel();
        foreach (var client in Enumerable.Range(0, 3))
        {
            Begin(channel, Client(client), Server, 1_125_000);
        }

        Pass(TimeSpan.FromSeconds(20));
        Assert.Equal([Second(2), Second(2), Second(9)], Ends.Select(item => item.At));
    }

    [Fact]
    public void All_that_starts_and_ends_at_one_instant_leads_to_one_recomputation()
    {
        Accesses[Server] = Rates(1, 100e6);
        var channel = Channel();
        for (var i = 0; i < 100; i++)
        {
            var client = Client(i);

            // Every second one comes from an event that another event of the instant caused.
            At(1, () => World.After(TimeSpan.Zero, "later at the instant", () => Begin(channel, client, Server, 125_000)));
        }

        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1, channel.Recomputations);
        At(2, () => Begin(channel, Client(200), Server, 125_000));
        Pass(TimeSpan.FromSeconds(1));

        // A hundred ends and a start; the last end comes later.
        Assert.Equal(100, Ends.Count);
        Assert.Equal(2, channel.Recomputations);
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(3, channel.Recomputations);
    }

    [Fact]
    public void Through_links_without_limit_a_transfer_takes_the_delay_alone()
    {
        Path = Path with { Delay = new ConstantDelay(TimeSpan.FromMilliseconds(20)) };
        Begin(Channel(), Client(0), Server, 45_000_000);
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Second(0.02), Assert.Single(Ends).At);
    }

    [Fact]
    public void A_stopped_transfer_frees_its_bandwidth_and_says_what_had_been_sent()
    {
        Accesses[Server] = Rates(1, 1e6);
        var channel = Channel();
        var first = Begin(channel, Client(0), Server, 125_000);
        Begin(channel, Client(1), Server, 125_000);
        At(1, first.Stop);
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal([(Client(1), Second(1.5))], Ends.Select(item => (item.Transfer.From, item.At)));
        Assert.Equal(new AirBytes(62_500, 0), first.OnAir);
    }

    [Fact]
    public void An_access_that_is_off_holds_transfers_until_it_is_on_again()
    {
        Accesses[Client(0)] = Steps((0, new(1e6, 1e6)), (1, AccessConditions.Off), (4, new(2e6, 1e6)));
        var flight = Begin(Channel(), Client(0), Server, 250_000);
        At(3, () => Assert.Equal(125_000, flight.OnAir.First));
        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(Second(4.5), Assert.Single(Ends).At);
    }

    [Fact]
    public void An_access_without_limit_may_be_off_for_a_while()
    {
        Accesses[Client(0)] = Steps((0, AccessConditions.Unlimited), (1, AccessConditions.Off), (4, AccessConditions.Unlimited));
        var channel = Channel();
        At(2, () => Begin(channel, Client(0), Server, 250_000));
        At(2, () => Begin(channel, Client(1), Server, 250_000));
        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal([(Client(1), Second(2)), (Client(0), Second(4))], Ends.Select(item => (item.Transfer.From, item.At)));
    }

    [Fact]
    public void An_access_that_stays_off_leaves_nothing_to_happen()
    {
        Accesses[Client(0)] = Steps((0, AccessConditions.Off), (5, new(0, 1)));
        Begin(Channel(), Client(0), Server, 1);
        World.Await("server", "an update");
        Assert.Throws<StallException>(RunToEnd);
        Assert.Equal(Second(5), World.Now);
    }

    [Fact]
    public void The_delays_of_both_accesses_are_those_of_the_instant_at_which_a_transfer_begins()
    {
        var (near, far) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(300));
        Accesses[Client(0)] = Steps((0, AccessConditions.Unlimited with { Delay = near }), (1, AccessConditions.Unlimited with { Delay = far }));
        Accesses[Server] = AccessSchedule.Constant(AccessConditions.Unlimited with { Delay = TimeSpan.FromMilliseconds(10) });
        var channel = Channel();
        Begin(channel, Client(0), Server, 100);
        At(1, () => Begin(channel, Server, Client(0), 100));
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal([Second(0.011), Second(1.31)], Ends.Select(item => item.At));
    }

    [Fact]
    public void Equal_seeds_give_equal_traces_and_another_seed_another()
    {
        Path = new(new LogNormalDelay(TimeSpan.FromMilliseconds(30), 0.5), new GilbertElliottLoss(0.05, 0.3, 0.001, 0.5));
        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    private string Run(ulong seed)
    {
        using var simulation = new Simulation.Loop.VirtualWorld("again");
        var channel = new SharedChannel(simulation.World, seed, Packets, _ => Rates(1e6, 2e6), (_, _) => Path);
        for (var i = 0; i < 50; i++)
        {
            channel.Begin(Message(Client(i), Client(i * 7 % 50), 10_000 * i, i), _ => { });
        }

        simulation.RunFor(TimeSpan.FromHours(1));
        return simulation.World.Trace.Hash();
    }
}
