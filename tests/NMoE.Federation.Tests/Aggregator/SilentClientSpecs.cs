using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>Rounds of three clients, of which client 2 does not answer the first.</summary>
public sealed class SilentClientSpecs : DeviceSpec
{
    private readonly PeerProbe[] _clients;

    public SilentClientSpecs()
        : base("extractor.rounds=4", "extractor.deadline=1 min")
    {
        var supervisor = Peer(DeviceId.Supervisor);
        _clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
        foreach (var client in _clients)
        {
            client.Send(DeviceId.Aggregator, new Join(10));
        }

        supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        Assert.All(_clients, client => client.Expect<TrainRound>(DeviceId.Aggregator));
        Update(1, _clients[..2]);
    }

    [Fact]
    public void Who_was_silent_at_the_deadline_is_neither_invited_nor_waited_for_until_it_is_heard()
    {
        Assert.All(_clients[..2], client => Assert.Equal(2, client.Expect<TrainRound>(DeviceId.Aggregator).Round));
        var begun = World.Now;
        Update(2, _clients[..2]);
        Assert.All(_clients[..2], client => Assert.Equal(3, client.Expect<TrainRound>(DeviceId.Aggregator).Round));
        Assert.True(World.Now - begun < TimeSpan.FromMinutes(1), "It was waited for again.");
        Assert.Empty(_clients[2].Probe.Collect<Delivery>(TimeSpan.FromMilliseconds(1)));

        // Its update of the first round comes after all: too late to count, and a sign of life.
        Update(1, _clients[2]);
        Update(3, _clients[..2]);
        Assert.All(_clients, client => Assert.Equal(4, client.Expect<TrainRound>(DeviceId.Aggregator).Round));
        var passed = Assert.Single(Seen.Of<DeadlinePassed>());
        Assert.Equal(("extractor", 1, _clients[2].Device, TimeSpan.FromMinutes(1)), (passed.Stage, passed.Round, Assert.Single(passed.Missing), passed.Length));
    }

    [Fact]
    public void Who_asked_meanwhile_what_it_missed_is_there_and_is_invited_again()
    {
        _clients[2].Send(DeviceId.Aggregator, new Rejoin(10));
        _clients[2].Expect<NothingNew>(DeviceId.Aggregator);
        _clients[2].Expect<TrainRound>(DeviceId.Aggregator);
        Assert.All(_clients, client => Assert.Equal(2, client.Expect<TrainRound>(DeviceId.Aggregator).Round));
    }

    private void Update(int round, params PeerProbe[] clients)
    {
        foreach (var client in clients)
        {
            client.Send(
                DeviceId.Aggregator,
                new RoundUpdate(Stages.Extractor, round, [Blob((char)('a' + client.Device.Number), 1000 + round), Blob((char)('d' + client.Device.Number), 2000 + round)], 10, 1, []));
        }
    }
}
