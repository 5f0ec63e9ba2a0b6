using NMoE.Compute.Blobs;
using NMoE.Federation.Client;
using NMoE.Federation.Fuzzing.Invariants;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Topologies;

/// <summary>Of five clients around a ring each may ask the next: what a device does with a stranger is found, and with a peer it is not.</summary>
public sealed class OnlyPeersTests
{
    private const int Peer = 1;
    private const int Stranger = 3;
    private static readonly BlobRef Any = new(new BlobHash(new string('a', 64)), 100);

    private static readonly (string What, Func<int, Effect> Doing)[] All =
    [
        ("latents to say something of", expert => new Send(DeviceId.Client(expert), new TrainingLatents(Any, 1), Stages.Gate)),
        ("a request", expert => new Send(DeviceId.Client(expert), new RouteLatents(0, 0, Any, [0], 512), "inference/fedgate/same")),
        ("whom to ask in stage 3", expert => new Send(DeviceId.Client(0), new ShareLatents([expert]), Stages.Gate)),
        ("whom to ask in serving", expert => new Send(DeviceId.Client(0), new BeginServing { Experts = [expert] }, Stages.Control)),
        ("whom a gate can choose", expert => new Send(DeviceId.Client(0), new PublishModel(Stages.Gate, [Any]) { Experts = [expert] }, Stages.Gate)),
    ];

    public static TheoryData<string> Whats => [.. All.Select(item => item.What)];

    [Theory]
    [MemberData(nameof(Whats))]
    public void A_stranger_is_neither_asked_nor_named(string what)
    {
        var doing = All.Single(item => item.What == what).Doing;
        Assert.NotNull(Seen(Decided(doing(Stranger))));
        Assert.Null(Seen(Decided(doing(Peer))));
    }

    [Fact]
    public void An_answer_of_a_stranger_is_found()
    {
        Assert.NotNull(Seen(new Observed(VirtualTime.Zero, new PassAnswered(0, 0, Any, [0], [Stranger]))));
        Assert.Null(Seen(new Observed(VirtualTime.Zero, new PassAnswered(0, 0, Any, [0], [Peer]))));
    }

    private static string? Seen(Happening happening) =>
        new OnlyPeersAreAsked(DeviceSpec.PlanOf("experiment.clients=5", "topology.peers=ring", "topology.count=1", "inference.k=1")).See(happening);

    private static RoleDecided Decided(Effect effect)
    {
        var state = new ClientState(ClientDurable.Empty);
        return new(VirtualTime.Zero, DeviceId.Client(0), state, new Started(), state, [effect]);
    }
}
