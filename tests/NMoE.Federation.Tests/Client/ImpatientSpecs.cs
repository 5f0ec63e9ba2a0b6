using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>A client whose deadline of 2 ms passes three times while its request takes its 10 ms and more.</summary>
public sealed class ImpatientSpecs : DeviceSpec
{
    private static readonly DeviceId Self = new(0);

    public ImpatientSpecs()
        : base("inference.batch=4", "inference.gates=[rangate]", "inference.deadline=2 ms", "inference.retries=3", "expert.epochs=1")
    {
    }

    [Fact]
    public void A_request_that_is_still_on_its_way_is_not_made_again()
    {
        Answer = job => job.Kind == RouteParameters.Kind
            ? new JobResult([Blob('e', 100)], ImmutableSortedDictionary<string, double>.Empty, [1, 1, 1, 1])
            : null;
        var (aggregator, supervisor) = (Peer(DeviceId.Aggregator), Peer(DeviceId.Supervisor));
        SwitchOn(Self, new ClientRole(0, Plan));
        aggregator.Expect<Join>(Self);
        aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        aggregator.Expect<ExpertReady>(Self);
        supervisor.Send(Self, new BeginServing());
        RunToEnd();

        Assert.Equal(1, Assert.Single(Network.Ledger.Entries, item => item.Key.Kind == nameof(RouteLatents)).Entry.Messages);
        Assert.Equal<int>([0, 0, 0, 0], Assert.Single(Seen.Of<PassAnswered>()).Answered);
    }
}
