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
        _clients = [.. Plan.ClientNumbers.Select(client => Peer(Federation.Roles.Plan.Device(client)))];
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
                new RoundUpdate(TrainingStage.Extractor, 1, [Blob((char)('0' + client.Device.Number), 1000), Blob((char)('5' + client.Device.Number), 2000)], 10, 1, []));
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

        Assert.Equal(TrainingStage.Gate, _clients[0].Expect<TrainRound>(DeviceId.Aggregator).Stage);
        Assert.True(World.Now - begun < TimeSpan.FromMinutes(2), "The deadline was waited for.");
    }
}
