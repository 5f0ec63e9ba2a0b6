using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Client;

/// <summary>Client 0 has four test samples, asks for all at once, asks those who are late once more, and then the gate's next-best.</summary>
public sealed class RetrySpecs : DeviceSpec
{
    private static readonly DeviceId Self = new(0);
    private readonly PeerProbe _aggregator;
    private readonly PeerProbe _supervisor;
    private readonly PeerProbe _first;
    private readonly PeerProbe _second;

    public RetrySpecs()
        : base("inference.batch=4", "inference.gates=[rangate]", "inference.deadline=5 s", "inference.retries=1", "inference.alternatives=1", "expert.epochs=1")
    {
        _aggregator = Peer(DeviceId.Aggregator);
        _supervisor = Peer(DeviceId.Supervisor);
        _first = Peer(new DeviceId(1));
        _second = Peer(new DeviceId(2));
        Answer = job => job.Kind == RouteParameters.Kind
            ? new JobResult([Blob('e', 100)], ImmutableSortedDictionary<string, double>.Empty, Choices(LearningJob.Parameters<RouteParameters>(job).K))
            : null;
        SwitchOn(Self, new ClientRole(0, Plan));
        _aggregator.Expect<Join>(Self);
        _aggregator.Send(Self, new PublishModel(Stages.Extractor, [Blob('f', 700_000), Blob('b', 900_000)]));
        _aggregator.Expect<ExpertReady>(Self);
        _supervisor.Send(Self, new BeginServing());
        _supervisor.Expect<ServingBegun>(Self);
    }

    [Fact]
    public void One_that_is_late_is_asked_again_for_the_same_rows_and_its_answer_then_counts()
    {
        Reply(_second);
        var asked = _first.Expect<RouteLatents>(Self);
        var again = _first.Expect<RouteLatents>(Self);
        Assert.Equal<int>(asked.Rows, again.Rows);
        _first.Send(Self, Outputs(again));
        RunToEnd();

        var answered = Assert.Single(Seen.Of<PassAnswered>());
        Assert.Equal<int>([1, 1, 2, 0], answered.Answered);
    }

    [Fact]
    public void After_that_the_next_best_that_is_not_late_takes_its_place()
    {
        Reply(_second);
        RunWithout(_first);
        var instead = _second.Expect<RouteLatents>(Self);
        Assert.Equal<int>([0], instead.Rows);
        _second.Send(Self, Outputs(instead));
        RunToEnd();

        // The first row's next-best is client 2, the second row's the client itself.
        var answered = Assert.Single(Seen.Of<PassAnswered>());
        Assert.Equal<int>([1, 1, 2, 0], answered.Chosen);
        Assert.Equal<int>([2, 0, 2, 0], answered.Answered);
    }

    /// <summary>The answer comes twice, the second time when other rows are asked of the same expert: it once was taken for those.</summary>
    [Fact]
    public void An_answer_to_what_was_asked_before_is_none_to_what_is_asked_in_anothers_place()
    {
        var asked = _second.Expect<RouteLatents>(Self);
        _second.Send(Self, Outputs(asked));
        RunWithout(_first);
        var instead = _second.Expect<RouteLatents>(Self);
        Assert.Equal((0, 1), (asked.Substitution, instead.Substitution));
        _second.Send(Self, Outputs(asked));
        RunToEnd();

        Assert.Equal<int>([0, 0, 2, 0], Assert.Single(Seen.Of<PassAnswered>()).Answered);
    }

    [Fact]
    public void When_the_next_best_is_late_too_the_own_expert_answers_and_the_request_ends()
    {
        RunToEnd();

        var answered = Assert.Single(Seen.Of<PassAnswered>());
        Assert.Equal<int>([1, 1, 2, 0], answered.Chosen);
        Assert.Equal<int>([0, 0, 0, 0], answered.Answered);
        var marks = Seen.All.Where(item => item.What is RequestMark).ToArray();
        Assert.True(marks[1].At - marks[0].At >= TimeSpan.FromSeconds(10), "It was not asked again.");
    }

    /// <summary>The gate's order of experts for each of the four rows.</summary>
    private static ImmutableArray<int> Choices(int k) =>
    [
        .. new[] { new[] { 1, 2, 0 }, [1, 0, 2], [2, 1, 0], [0, 1, 2] }.SelectMany(order => order.Take(k)),
    ];

    private static ExpertOutputs Outputs(RouteLatents request) => new(request.Pass, request.Request, Blob('1', 300), request.Rows.Length, 40) { Substitution = request.Substitution };

    private static void RunWithout(PeerProbe late)
    {
        late.Expect<RouteLatents>(Self);
        late.Expect<RouteLatents>(Self);
    }

    private static void Reply(PeerProbe peer) => peer.Send(Self, Outputs(peer.Expect<RouteLatents>(Self)));
}
