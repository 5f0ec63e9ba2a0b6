using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Client;

/// <summary>Client 0 serves with int8 latents on a device so slow that quantising two rows (512 FLOP) takes 5.12 ms, five times the deadline.</summary>
public sealed class PackedServingSpecs : DeviceSpec
{
    private const double FlopPerSecond = 100_000;
    private static readonly DeviceId Self = new(0);
    private readonly PeerProbe _aggregator;
    private readonly PeerProbe _supervisor;
    private readonly PeerProbe _first;

    public PackedServingSpecs()
        : base("inference.batch=2", "inference.gates=[rangate]", "inference.deadline=1 ms", "latent.precision=int8", "device.compute=100 kFLOP/s", "expert.epochs=1")
    {
        _aggregator = Peer(DeviceId.Aggregator);
        _supervisor = Peer(DeviceId.Supervisor);
        _first = Peer(new DeviceId(1));
    }

    [Fact]
    public void Latents_that_are_quantised_only_after_the_deadline_are_not_sent()
    {
        Serve(chosen: [1, 1, 1, 1]);
        RunToEnd();

        Assert.DoesNotContain(Network.Ledger.Entries, entry => entry.Key.Kind == nameof(RouteLatents));
        var answered = Assert.Single(Seen.Of<PassAnswered>());
        Assert.Equal<int>([1, 1, 1, 1], answered.Chosen);
        Assert.Equal<int>([0, 0, 0, 0], answered.Answered);
    }

    /// <summary>Dequantising takes 2 FLOP a number of the rows that travelled, before the expert.</summary>
    [Fact]
    public void A_peers_latents_are_dequantised_before_the_expert_sees_them()
    {
        Serve(chosen: [0, 0, 0, 0]);
        RunToEnd();
        var begun = World.Now;
        var request = new RouteLatents(0, 0, Blob('a', 900), [2, 3, 1], 136);
        _first.Send(Self, request);

        var outputs = _first.Expect<ExpertOutputs>(Self);
        Assert.Equal(3, outputs.Rows);
        var expected = Delay + Duration.Of(8.0 * WireCodec.Size(request), Bandwidth)
            + Duration.Of(2.0 * 3 * 128, FlopPerSecond) + Duration.Of(3 * LearningCost.ExpertForward(Plan.Model.Spec), FlopPerSecond)
            + Delay + Duration.Of(8.0 * WireCodec.Size(outputs), Bandwidth);
        Assert.Equal(expected, _first.Probe.LastTold!.At - begun);
    }

    /// <summary>Brings client 0 through training to where it serves, with a gate that chooses as told.</summary>
    private void Serve(ImmutableArray<int> chosen)
    {
        Answer = job => job.Kind == RouteParameters.Kind
            ? new JobResult([Blob('e', 100)], ImmutableSortedDictionary<string, double>.Empty, chosen)
            : null;
        SwitchOn(Self, new ClientRole(0, Plan));
        _aggregator.Expect<Join>(Self);
        _aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        _aggregator.Expect<ExpertReady>(Self);
        _supervisor.Send(Self, new BeginServing());
        _supervisor.Expect<ServingBegun>(Self);
    }
}
