using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>Stages 2 and 3 without client 2, which joins and trains and is not heard of again.</summary>
public sealed class SharingSpecs : DeviceSpec
{
    private readonly PeerProbe[] _clients;

    public SharingSpecs()
        : base("extractor.rounds=1", "expert.deadline=1 min", "gate.deadline=5 h", "inference.gates=[fedgate]")
    {
        var supervisor = Peer(DeviceId.Supervisor);
        _clients = [.. Plan.Deal.ClientNumbers.Select(client => Peer(DeviceId.Client(client)))];
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
        foreach (var client in _clients)
        {
            client.Send(DeviceId.Aggregator, new Join(10));
        }

        supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        foreach (var client in _clients)
        {
            client.Expect<TrainRound>(DeviceId.Aggregator);
            client.Send(
                DeviceId.Aggregator,
                new RoundUpdate(Stages.Extractor, 1, [Blob((char)('0' + client.Device.Number), 1000), Blob((char)('5' + client.Device.Number), 2000)], 10, 1, []));
        }

        Assert.All(_clients, client => client.Expect<PublishModel>(DeviceId.Aggregator));
    }

    /// <summary>Client 2 has no expert and was not asked for opinions, and twice the gate's deadline was waited for it.</summary>
    [Fact]
    public void Opinions_are_waited_for_from_those_only_that_were_asked_for_them()
    {
        var begun = World.Now;
        foreach (var client in _clients[..2])
        {
            client.Send(DeviceId.Aggregator, new ExpertReady());
        }

        foreach (var client in _clients[..2])
        {
            Assert.Equal<int>([0, 1], client.Expect<ShareLatents>(DeviceId.Aggregator).Experts);
            client.Send(DeviceId.Aggregator, new GateDataReady());
        }

        Assert.Equal(Stages.Gate, _clients[0].Expect<TrainRound>(DeviceId.Aggregator).Stage);
        Assert.True(World.Now - begun < TimeSpan.FromMinutes(2), "The deadline was waited for.");
    }

    /// <summary>Who trained an expert has F, and waits: each question once sent it all of F again.</summary>
    [Fact]
    public void Who_asks_is_not_sent_the_extractor_again_once_its_expert_is_known()
    {
        _clients[0].Send(DeviceId.Aggregator, new ExpertReady());
        Pass(TimeSpan.FromSeconds(10));
        _clients[0].Send(DeviceId.Aggregator, new Rejoin(10));
        _clients[0].Expect<NothingNew>(DeviceId.Aggregator);
        _clients[1].Send(DeviceId.Aggregator, new Rejoin(10));
        _clients[1].Expect<NothingNew>(DeviceId.Aggregator);
        _clients[1].Expect<PublishModel>(DeviceId.Aggregator);
        _clients[1].Send(DeviceId.Aggregator, new ExpertReady());

        // Stage 3: one that has answered has all, one that has not is asked again.
        Assert.All(_clients[..2], client => client.Expect<ShareLatents>(DeviceId.Aggregator));
        _clients[0].Send(DeviceId.Aggregator, new GateDataReady());
        Pass(TimeSpan.FromSeconds(10));
        foreach (var client in _clients[..2])
        {
            client.Send(DeviceId.Aggregator, new Rejoin(10));
        }

        var told = _clients.Select(client => client.Probe.Collect<Delivery>(TimeSpan.FromMinutes(1)).Select(delivery => delivery.Message.GetType().Name).Order(StringComparer.Ordinal).ToArray()).ToArray();
        Assert.Equal([nameof(NothingNew)], told[0]);
        Assert.Equal([nameof(NothingNew), nameof(ShareLatents)], told[1]);
    }
}
