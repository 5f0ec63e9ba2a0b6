using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Paths;

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
        Assert.Equal(new DeviceEnergy(Client(0), 250_000, 0, TimeSpan.FromSeconds(3), 4e9, 0.5 + 1.5, 4), totals[1], Close);

        // Nobody is behind client 1: its radio was on, but it took nothing in.
        Assert.Equal(new DeviceEnergy(Client(1), 0, 0, TimeSpan.FromSeconds(2.5), 0, 1.25, 0), totals[2], Close);
        Assert.Equal(new DeviceEnergy(Server, 0, 125_000, TimeSpan.FromSeconds(2.5), 0, 0.125, 0), totals[0], Close);
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
        Assert.Equal(new DeviceEnergy(Client(0), 250_000, 0, TimeSpan.FromSeconds(2), 0, 0.5 + 1, 0), energy.Totals(World.Now)[1], Close);
    }

    private static bool Close(DeviceEnergy expected, DeviceEnergy actual) =>
        expected with { RadioJoules = 0, ComputeJoules = 0 } == actual with { RadioJoules = 0, ComputeJoules = 0 }
        && Math.Abs(expected.RadioJoules - actual.RadioJoules) < 1e-9 && Math.Abs(expected.ComputeJoules - actual.ComputeJoules) < 1e-9;
}
