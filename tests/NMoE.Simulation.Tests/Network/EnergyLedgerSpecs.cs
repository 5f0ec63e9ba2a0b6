using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Paths;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Tests.Network;

public sealed class EnergyLedgerSpecs : ChannelSpec
{
    private static readonly EnergyProfile Radio = new(2e-6, 1e-6, 0.5, 1e-9);

    [Fact]
    public void Radio_costs_bytes_and_time_and_computing_costs_flops_in_the_order_of_devices()
    {
        // A Mbit takes a second and a second of delay. The first lasts from 0 to 2.5 s as both share the uplink half a second long, the second from 0.5 to 3.
        Accesses[Client(0)] = Rates(1e6, 1e6);
        Path = Path with { Delay = new ConstantDelay(TimeSpan.FromSeconds(1)) };
        var energy = new EnergyLedger(device => device.IsClient ? Radio : Radio with { RadioOn = 0, Flop = 0 });
        var network = new DeviceNetwork(World, Channel(), _ => { }) { Energy = energy };
        network.Attach(Server, Probe("server").Ref);
        network.Send(Message(Client(0), Server, 125_000));
        At(0.5, () => network.Send(Message(Client(0), Client(1), 125_000)));
        energy.Computed(Client(0), 3e9);
        energy.Computed(Client(0), 1e9);
        Pass(TimeSpan.FromSeconds(10));
        var totals = energy.Totals(World.Now);
        Assert.Equal([Server, Client(0), Client(1)], totals.Select(total => total.Device));
        Assert.Equal(new DeviceEnergy(Client(0), 250_000, 0, TimeSpan.FromSeconds(3), TimeSpan.Zero, 4e9, new(0.5, 0, 1.5, 0, 0, 4, 0)), totals[1], Close);

        // Nobody is behind client 1: its radio was on, but it took nothing in.
        Assert.Equal(new DeviceEnergy(Client(1), 0, 0, TimeSpan.FromSeconds(2.5), TimeSpan.Zero, 0, new(0, 0, 1.25, 0, 0, 0, 0)), totals[2], Close);
        Assert.Equal(new DeviceEnergy(Server, 0, 125_000, TimeSpan.FromSeconds(2.5), TimeSpan.Zero, 0, new(0, 0.125, 0, 0, 0, 0, 0)), totals[0], Close);
    }

    [Fact]
    public void A_radio_that_is_on_counts_up_to_now_and_a_dead_transfer_what_it_had_sent()
    {
        Accesses[Client(0)] = Rates(1e6, 1e6);
        var energy = new EnergyLedger(_ => Radio);
        var network = new DeviceNetwork(World, Channel(), _ => { }) { Energy = energy };
        network.Attach(Server, Probe("server").Ref);
        network.Send(Message(Client(0), Server, 1_000_000));
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), energy.Totals(World.Now)[1].RadioOn);
        network.Detach(Server);
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(new DeviceEnergy(Client(0), 250_000, 0, TimeSpan.FromSeconds(2), TimeSpan.Zero, 0, new(0.5, 0, 1, 0, 0, 0, 0)), energy.Totals(World.Now)[1], Close);
    }

    /// <summary>
    /// Transfers of the one client, each as when it begins and how many megabits it has, at a Mbit/s; its radio listens for 4 s at 2 W, sleeps at 0.5 W and is on at 8 W; the device takes 0.25 W. The run is asked at
    /// its end. Expected by hand: how long it is on, and in a tail.
    /// </summary>
    [Theory]
    [InlineData("one, and its whole tail", "0:1", 10, 1, 4)]
    [InlineData("the end comes within the tail", "0:1", 3.5, 1, 2.5)]
    [InlineData("the end comes at the tail's", "0:1", 5, 1, 4)]
    [InlineData("the end comes within the transfer", "0:5", 3, 3, 0)]
    [InlineData("the next begins within the tail, which begins anew", "0:1 3:1", 20, 2, 2 + 4)]
    [InlineData("the next begins at the tail's end", "0:1 5:1", 20, 2, 4 + 4)]
    [InlineData("the next begins long after it", "0:1 12:1", 20, 2, 4 + 4)]
    [InlineData("the next begins as the first ends", "0:1 1:1", 20, 2, 4)]
    [InlineData("two that overlap share the link, and have one tail", "0:1 0.5:1", 20, 2, 4)]
    [InlineData("one within another: both are over after 4 s", "0:3 1:1", 20, 4, 4)]
    [InlineData("many small ones", "0:0.5 1:0.5 2:0.5 3:0.5", 20, 2, 0.5 + 0.5 + 0.5 + 4)]
    [InlineData("none", "30:1", 20, 0, 0)]
    public void A_radio_listens_after_its_last_transfer(string what, string transfers, double end, double on, double tail)
    {
        _ = what;
        Accesses[Client(0)] = Rates(1e6, 1e6);
        var energy = new EnergyLedger(device => device.IsClient ? new(0, 0, 8, 0) { Tail = 2, TailFor = TimeSpan.FromSeconds(4), Sleep = 0.5, Idle = 0.25 } : new(0, 0, 0, 0));
        var network = new DeviceNetwork(World, Channel(), _ => { }) { Energy = energy };
        network.Attach(Server, Probe("server").Ref);
        energy.Computed(Client(0), 0);
        foreach (var transfer in transfers.Split(' ').Select(text => text.Split(':').Select(part => double.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToArray()))
            At(transfer[0], () => network.Send(Message(Client(0), Server, (long)(125_000 * transfer[1]))));
        Pass(TimeSpan.FromSeconds(end));

        var spent = energy.Totals(World.Now).Single(total => total.Device == Client(0));
        Assert.Equal((TimeSpan.FromSeconds(on), TimeSpan.FromSeconds(tail)), (spent.RadioOn, spent.Tail));
        Assert.Equal(new Joules(0, 0, 8 * on, 2 * tail, 0.5 * (end - on - tail), 0, 0.25 * end), spent.Joules);
        Assert.Equal(spent, energy.Totals(World.Now).Single(total => total.Device == Client(0)));
    }

    /// <summary>What is asked on the way changes nothing: no event, and no sum.</summary>
    [Fact]
    public void Asking_within_a_tail_changes_no_total()
    {
        Accesses[Client(0)] = Rates(1e6, 1e6);
        var energy = new EnergyLedger(_ => new(0, 0, 0, 0) { Tail = 1, TailFor = TimeSpan.FromSeconds(4) });
        var network = new DeviceNetwork(World, Channel(), _ => { }) { Energy = energy };
        network.Attach(Server, Probe("server").Ref);
        network.Send(Message(Client(0), Server, 125_000));
        foreach (var second in new[] { 1.5, 2, 3 })
            At(second, () => Assert.Equal(second - 1, energy.Totals(World.Now)[1].Tail.TotalSeconds, 1e-9));
        At(3.5, () => network.Send(Message(Client(0), Server, 125_000)));
        Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(2.5 + 4, energy.Totals(World.Now)[1].Tail.TotalSeconds, 1e-9);
    }

    /// <summary>0.3 - 0.1 - 0.2 is -3e-17 in double precision, and a table said "-0.0 J".</summary>
    [Fact]
    public void A_radio_that_never_slept_has_slept_for_nothing()
    {
        var energy = new EnergyLedger(_ => new(0, 0, 0, 0) { Tail = 1, TailFor = TimeSpan.FromSeconds(4), Sleep = 0.5 });
        var transfer = Message(Client(0), Client(1), 125_000);
        energy.RadioOn(transfer, VirtualTime.Zero);
        energy.RadioOff(transfer, new AirBytes(125_000, 0), 0, VirtualTime.Zero + TimeSpan.FromSeconds(0.1));

        Assert.All(energy.Totals(VirtualTime.Zero + TimeSpan.FromSeconds(0.3)), spent => Assert.Equal("0", $"{spent.Joules.Sleep:R}"));
    }

    /// <summary>Devices in one place need no radio: what goes between them neither begins a tail nor ends one.</summary>
    [Fact]
    public void What_is_never_on_the_air_has_no_tail()
    {
        var energy = new EnergyLedger(_ => new(0, 0, 0, 0) { Tail = 1, TailFor = TimeSpan.FromSeconds(4) });
        var (local, real) = (Message(Client(0), Server, 125_000), Message(Client(0), Client(1), 125_000));
        VirtualTime Second(double seconds) => VirtualTime.Zero + TimeSpan.FromSeconds(seconds);
        void Transfer(Transfer transfer, AirBytes air, double from, double until)
        {
            energy.RadioOn(transfer, Second(from));
            energy.RadioOff(transfer, air, 0, Second(until));
        }

        Transfer(local, default, 1, 1);
        Assert.Equal(TimeSpan.Zero, energy.Totals(Second(9))[1].Tail);
        Transfer(real, new(125_000, 0), 10, 11);
        Transfer(local, default, 13, 13);
        Assert.Equal(TimeSpan.FromSeconds(3), energy.Totals(Second(14)).Single(total => total.Device == Client(0)).Tail);
        Assert.Equal(TimeSpan.FromSeconds(4), energy.Totals(Second(20)).Single(total => total.Device == Client(0)).Tail);
    }

    private static bool Close(DeviceEnergy expected, DeviceEnergy actual) =>
        expected with { Joules = actual.Joules } == actual
        && Math.Abs(expected.Joules.Radio - actual.Joules.Radio) < 1e-9 && Math.Abs(expected.Joules.Compute - actual.Joules.Compute) < 1e-9;
}
