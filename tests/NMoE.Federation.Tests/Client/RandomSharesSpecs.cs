using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>
/// Client 0 has four test samples, and RanGate draws by shares of which some are 0. Expert 1, drawn for all of them, never answers; the next-best are asked twice. An order of more experts than
/// have a share cannot be drawn, and the gate ended the run over it.
/// </summary>
public abstract class RandomSharesSpecs : DeviceSpec
{
    private static readonly DeviceId Self = new(0);
    private readonly List<int> _asked = [];

    protected RandomSharesSpecs(string shares)
        : base(
            "inference.batch=4", "inference.gates=[rangate]", "inference.deadline=5 s", "inference.alternatives=2", $"inference.random-shares={shares}", "expert.epochs=1")
    {
        var aggregator = Peer(DeviceId.Aggregator);
        var supervisor = Peer(DeviceId.Supervisor);
        Peer(new DeviceId(1));
        Peer(new DeviceId(2));
        Answer = Routed;
        SwitchOn(Self, new ClientRole(0, Plan));
        aggregator.Expect<Join>(Self);
        aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        aggregator.Expect<ExpertReady>(Self);
        supervisor.Send(Self, new BeginServing());
        supervisor.Expect<ServingBegun>(Self);
    }

    /// <summary>Experts a row that the gate was asked for, time after time.</summary>
    protected IReadOnlyList<int> Asked => _asked;

    /// <summary>Who answered in the end.</summary>
    protected ImmutableArray<int> Answered()
    {
        RunToEnd();
        return Assert.Single(Seen.Of<PassAnswered>()).Answered;
    }

    /// <summary>The first choice is told; what comes after is drawn as the gate draws it.</summary>
    private JobResult? Routed(Job job)
    {
        if (job.Kind != RouteParameters.Kind)
        {
            return null;
        }

        _asked.Add(LearningJob.Parameters<RouteParameters>(job).K);
        return _asked.Count == 1 ? new JobResult([Blob('e', 100)], ImmutableSortedDictionary<string, double>.Empty, [1, 1, 1, 1]) : null;
    }
}

/// <summary>The own expert has a share: it is the only next-best.</summary>
public sealed class OneShareOfZeroSpecs() : RandomSharesSpecs("[1, 1, 0]")
{
    [Fact]
    public void No_more_experts_are_asked_for_than_have_a_share()
    {
        Assert.Equal<int>([0, 0, 0, 0], Answered());
        Assert.Equal([1, 2], Asked);
    }
}

/// <summary>Nobody but the late expert has a share.</summary>
public sealed class OnlyOneShareSpecs() : RandomSharesSpecs("[0, 1, 0]")
{
    [Fact]
    public void Where_nobody_else_has_a_share_the_own_expert_answers_at_once()
    {
        Assert.Equal<int>([0, 0, 0, 0], Answered());
        Assert.Equal([1], Asked);
    }
}
