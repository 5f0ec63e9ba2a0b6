using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>A round whose deadline passes while its model, which takes more than a second on the link of 8 Mbit/s, is on its way.</summary>
public sealed class RetriedRoundSpecs : DeviceSpec
{
    public RetriedRoundSpecs()
        : base("extractor.deadline=900 ms", "extractor.quorum=1", "inference.gates=[rangate]")
    {
    }

    /// <summary>Each retry once put another copy on the link, and slowed down the first.</summary>
    [Fact]
    public void A_round_that_begins_anew_sends_no_model_again_that_is_still_on_its_way()
    {
        var supervisor = Peer(DeviceId.Supervisor);
        SwitchOn(DeviceId.Aggregator, new AggregatorRole(Plan));
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            Peer(DeviceId.Client(client)).Send(DeviceId.Aggregator, new Join(10));
        }

        supervisor.Send(DeviceId.Aggregator, new BeginTraining());
        Pass(TimeSpan.FromSeconds(0.1));
        Assert.All(Invitations(), messages => Assert.Equal(1, messages));
        Pass(TimeSpan.FromSeconds(0.9));
        Assert.All(Invitations(), messages => Assert.Equal(1, messages));
        Assert.True(Network.Ledger.InFlight > 0, "The models had arrived.");
    }

    private long[] Invitations()
    {
        var messages = Network.Ledger.Entries.Where(item => item.Key.Kind == nameof(TrainRound)).Select(item => item.Entry.Messages).ToArray();
        Assert.Equal(3, messages.Length);
        return messages;
    }
}
