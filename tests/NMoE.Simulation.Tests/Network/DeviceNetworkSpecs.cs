using CsCheck;
using NMoE.Chance;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Paths;
using NMoE.TestKit;

namespace NMoE.Simulation.Tests.Network;

public sealed class DeviceNetworkSpecs : ChannelSpec
{
    private static readonly Between ClientAndServer = Sides(Client(0), Server);
    private int _histories;

    [Fact]
    public void A_dead_devices_transfers_free_their_bandwidth_and_what_they_had_sent_is_wasted()
    {
        Accesses[Server] = Rates(1, 1e6);
        var (network, probes) = Network(Channel());
        network.Send(Message(Client(0), Server, 125_000));
        network.Send(Message(Client(1), Server, 125_000));
        At(1, () => network.Detach(Client(0)));
        Pass(TimeSpan.FromSeconds(5));
        probes[Server].Expect<Delivery>();
        Assert.Equal(Second(1.5), probes[Server].LastTold!.At);
        var entries = network.Ledger.Entries;
        Assert.Equal(new LedgerEntry(1, 125_000, 0, 125_000) { Wasted = 62_500, MessagesLost = 1 }, entries[0].Entry);
        Assert.Equal(new LedgerEntry(1, 125_000, 125_000, 0) { MessagesDelivered = 1 }, entries[1].Entry);
    }

    [Fact]
    public void A_sender_knows_what_is_on_its_way_to_whom_until_it_has_come_or_is_lost()
    {
        Accesses[Client(0)] = Rates(1e6, 1e6);
        Accesses[Client(1)] = Rates(1e6, 1e6);
        var (network, _) = Network(Channel());
        bool Carries(int from, DeviceId to, string message) => network.Carries(Client(from), to, flying => (string)flying == message);
        network.Send(Message(Client(0), Server, 125_000, 1));
        network.Send(Message(Client(0), Server, 125_000, 2));
        network.Send(Message(Client(1), Server, 125_000, 3));
        Assert.True(Carries(0, Server, "message 1") && Carries(0, Server, "message 2") && Carries(1, Server, "message 3"));
        Assert.False(Carries(0, Server, "message 3") || Carries(1, Server, "message 1") || Carries(0, Client(1), "message 1") || Carries(2, Server, "message 1"));

        At(0.5, () => network.Detach(Client(1)));
        Pass(TimeSpan.FromSeconds(1));
        Assert.True(Carries(0, Server, "message 1"));
        Assert.False(Carries(1, Server, "message 3"));
        Pass(TimeSpan.FromSeconds(2));
        Assert.False(Carries(0, Server, "message 1") || Carries(0, Server, "message 2"));
    }

    [Fact]
    public void A_partition_loses_what_is_in_flight_and_what_is_sent_until_it_is_repaired()
    {
        Accesses[Client(0)] = Rates(1e6, 1e6);
        var (network, probes) = Network(Channel());
        network.Send(Message(Client(0), Server, 125_000, 1));
        At(0.5, () => network.Partition(Sides(Server, Client(0), Client(1))));
        At(2, () => network.Send(Message(Server, Client(1), 125_000, 2)));
        At(2, () => network.Send(Message(Client(0), Client(1), 125_000, 3)));
        At(3, () => network.Repair(new Between([Client(1), Client(0)], [Server])));
        At(3, () => network.Send(Message(Client(0), Server, 125_000, 4)));
        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal("message 3", probes[Client(1)].Expect<Delivery>().Message);
        Assert.Equal("message 4", probes[Server].Expect<Delivery>().Message);
        Assert.Equal(Second(4), probes[Server].LastTold!.At);
        probes[Server].ExpectNothing(TimeSpan.FromSeconds(1));
        Assert.Equal((250_000, 62_500), (network.Ledger.TotalLost, network.Ledger.TotalWasted));
    }

    [Fact]
    public void A_path_that_two_partitions_cut_is_open_when_both_are_repaired()
    {
        var (network, probes) = Network(Channel());
        network.Partition(ClientAndServer);
        network.Partition(Sides(Server, Client(0), Client(1)));
        network.Repair(ClientAndServer);
        network.Send(Message(Client(0), Server, 100, 1));
        network.Repair(Sides(Server, Client(0), Client(1)));
        network.Send(Message(Client(0), Server, 100, 2));
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("message 2", probes[Server].Expect<Delivery>().Message);
    }

    [Fact]
    public void A_hold_freezes_transfers_where_they_are_until_it_is_released()
    {
        // A second of bits and a second of delay each: one is held in its bits, one in its delay, one before its first bit.
        Accesses[Client(0)] = Rates(1e6, 1e6);
        Path = Path with { Delay = new ConstantDelay(TimeSpan.FromSeconds(1)) };
        var (network, probes) = Network(Channel());
        network.Send(Message(Client(0), Server, 125_000, 1));
        At(1.4, () => network.Send(Message(Client(0), Server, 125_000, 2)));
        At(1.5, () => network.Hold(ClientAndServer));
        At(2, () => network.Send(Message(Client(0), Server, 125_000, 3)));
        At(2, () => network.Send(Message(Client(0), Client(1), 125_000, 4)));
        At(10, () => network.Release(ClientAndServer));
        Pass(TimeSpan.FromSeconds(20));
        Assert.Equal(
            [("message 1", 10.5), ("message 2", 12.8), ("message 3", 12.9)], Enumerable.Range(0, 3).Select(_ => Next(probes[Server])));
        Assert.Equal(("message 4", 4.0), Next(probes[Client(1)]));
        Assert.Equal(0, network.Ledger.InFlight);
    }

    [Fact]
    public void A_fixed_channel_holds_too_and_says_what_was_sent()
    {
        var network = new DeviceNetwork(World, new FixedChannel(World, TimeSpan.FromSeconds(1), 1e6), _ => { });
        var probe = Probe("server");
        network.Attach(Server, probe.Ref);
        network.Attach(Client(0), Probe("client").Ref);
        network.Send(Message(Client(0), Server, 125_000));
        At(0.5, () => network.Hold(ClientAndServer));
        At(3, () => network.Release(ClientAndServer));
        At(4, () => network.Send(Message(Client(0), Server, 125_000)));
        At(4.5, () => network.Send(Message(Client(0), Server, 125_000)));
        At(5.25, () => network.Detach(Client(0)));
        Pass(TimeSpan.FromSeconds(10));
        probe.Expect<Delivery>();
        Assert.Equal(Second(4.5), probe.LastTold!.At);

        // One had sent all its bits, one three quarters.
        Assert.Equal(125_000 + 93_750, network.Ledger.TotalWasted);
    }

    [Fact]
    public void A_path_that_two_holds_freeze_goes_on_when_both_are_released()
    {
        var (network, probes) = Network(Channel());
        network.Hold(ClientAndServer);
        network.Hold(ClientAndServer);
        network.Send(Message(Client(0), Server, 100));
        network.Release(ClientAndServer);
        probes[Server].ExpectNothing(TimeSpan.FromSeconds(5));
        network.Release(ClientAndServer);
        probes[Server].Expect<Delivery>(TimeSpan.Zero);
    }

    [Fact]
    public void What_never_began_cannot_be_ended()
    {
        var (network, _) = Network(Channel());
        network.Partition(Sides(Client(1), Server));
        var refusal = Assert.Throws<SimulationException>(() => network.Repair(ClientAndServer));
        Assert.Equal(
            "There is no partition between [client-0] and [aggregator]: it must begin before it is repaired, between the same two sets of devices.",
            refusal.Message);
        Assert.Contains("no hold", Assert.Throws<SimulationException>(() => network.Release(ClientAndServer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_network_counts_the_messages_of_a_kind_on_a_path()
    {
        var (network, _) = Network(Channel());
        var seen = new List<(DeviceId, long)>();
        var counting = new DeviceNetwork(World, Channel(), transfer => seen.Add((transfer.From, transfer.Number)));
        counting.Attach(Server, Probe("peer").Ref);
        foreach (var client in new[] { 0, 1, 0, 0 })
        {
            counting.Send(Message(Client(client), Server, 10));
            Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([(Client(0), 0), (Client(1), 0), (Client(0), 1), (Client(0), 2)], seen);
        Assert.Empty(network.Ledger.Entries);
    }

    [Fact]
    public void The_ledger_balances_at_every_instant_whatever_begins_stops_or_is_lost()
    {
        Gen.UInt.Sample(
            seed =>
            {
                var (network, sent, ended) = RandomHistory(seed);
                var ledger = network.Ledger;
                Assert.Equal(sent, ledger.TotalSent);
                Assert.Equal(0, ledger.InFlight);
                Assert.Equal(ended, ledger.TotalDelivered);
                Assert.Equal(ledger.TotalSent, ledger.TotalDelivered + ledger.TotalLost);
                var entries = ledger.Entries.Select(item => item.Entry).ToArray();
                Assert.Equal(
                    (ledger.TotalSent, ledger.TotalDelivered, ledger.TotalLost, ledger.TotalRetransmitted, ledger.TotalWasted),
                    (entries.Sum(e => e.Sent), entries.Sum(e => e.Delivered), entries.Sum(e => e.Lost), entries.Sum(e => e.Retransmitted), entries.Sum(e => e.Wasted)));
            },
            iter: 40, threads: 1);
    }

    private static (string Message, double Seconds) Next(VirtualProbe probe) => ((string)probe.Expect<Delivery>().Message, probe.LastTold!.At.Seconds);

    /// <summary>Sends, deaths, returns, partitions and holds at drawn instants, with the balance checked after each.</summary>
    private (DeviceNetwork Network, long Sent, long Delivered) RandomHistory(uint seed)
    {
        var draws = new Draws(seed, 1, 1);
        Seed = seed;
        Packets = new(1500, 3);
        Path = new(new UniformDelay(TimeSpan.Zero, TimeSpan.FromSeconds(1)), new IndependentLoss(0.1 * draws.Next(5)));
        for (var device = -1; device < 10; device++)
        {
            Accesses[new DeviceId(device)] = Rates(1e5 * (1 + draws.Next(9)), 1e5 * (1 + draws.Next(9)));
        }

        long sent = 0, delivered = 0;
        var network = new DeviceNetwork(World, Channel(), transfer => delivered += transfer.Bytes);
        var probe = Probe("all-" + _histories++);
        for (var i = 0; i < 10; i++)
        {
            network.Attach(Client(i), probe.Ref);
        }

        for (var i = 0; i < 100; i++)
        {
            World.After(new TimeSpan(draws.Next(100_000_000)), "spec", () =>
            {
                var (from, to) = (Client(draws.Next(10)), Client(draws.Next(10)));
                var bytes = draws.Next(100_000);
                switch (draws.Next(8))
                {
                    case 0:
                        network.Detach(from);
                        break;
                    case 1:
                        network.Attach(from, probe.Ref);
                        break;
                    case 2:
                        network.Partition(Sides(from, to));
                        World.After(TimeSpan.FromSeconds(1), "spec", () => network.Repair(Sides(from, to)));
                        break;
                    case 3:
                        network.Hold(Sides(from, to));
                        World.After(TimeSpan.FromSeconds(2), "spec", () => network.Release(Sides(from, to)));
                        break;
                    default:
                        network.Send(Message(from, to, bytes));
                        sent += bytes;
                        break;
                }

                var ledger = network.Ledger;
                Assert.Equal(sent, ledger.TotalDelivered + ledger.TotalLost + ledger.InFlight);
                Assert.Equal(delivered, ledger.TotalDelivered);
            });
        }

        Pass(TimeSpan.FromMinutes(10));
        return (network, sent, delivered);
    }
}
