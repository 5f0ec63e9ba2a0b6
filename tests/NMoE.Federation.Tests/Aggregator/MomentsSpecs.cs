using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>A gate that is trained relative to all clients' latents, as the aggregator sees it: a function of state and message.</summary>
public sealed class MomentsSpecs
{
    private static readonly Plan Plan = DeviceSpec.PlanOf("experiment.clients=3", "gate.input=normalised", "inference.gates=[fedgate]");
    private readonly AggregatorRole _role = new(Plan);

    [Fact]
    public void Moments_are_averaged_by_samples_in_client_order_and_nothing_is_shared_before()
    {
        var experts = Ready(Begun(), 2, 0, 1);
        var average = Assert.Single(experts.Effects.OfType<Federation.Roles.Compute>());
        Assert.Equal([10, 20, 30], LearningJob.Parameters<AverageParameters>(average.Job).Weights.AsEnumerable());
        Assert.Equal([Moments(0), Moments(1), Moments(2)], average.Job.Inputs.AsEnumerable());
        Assert.DoesNotContain(experts.Effects.OfType<Send>(), send => send.Message is ShareLatents);

        var shared = Finish(experts.State, average.Tag);
        Assert.Equal([0, 1, 2], shared.Effects.OfType<Send>().Where(send => send.Message is ShareLatents).Select(send => send.To.Number));
    }

    [Fact]
    public void Every_invitation_to_a_round_of_the_gate_has_them()
    {
        var experts = Ready(Begun(), 0, 1, 2);
        var state = Finish(experts.State, experts.Effects.OfType<Federation.Roles.Compute>().Single().Tag).State;
        ImmutableArray<Effect> effects = [];
        foreach (var client in Plan.Deal.ClientNumbers)
        {
            (state, effects) = _role.Handle(state, From(client, new GateDataReady { Experts = [0, 1, 2] }));
        }

        var rounds = effects.OfType<Send>().Select(send => send.Message).OfType<TrainRound>().ToArray();
        Assert.NotEmpty(rounds);
        Assert.All(rounds, round => Assert.Equal([Pooled], round.Moments.AsEnumerable()));
        Assert.All(rounds, round => Assert.Contains(Pooled, round.Blobs));
    }

    /// <summary>An expert without them could take no part in the average.</summary>
    [Fact]
    public void A_word_of_an_expert_without_moments_is_not_heard() =>
        Assert.Empty(_role.Handle(Begun(), From(0, new ExpertReady())).State.Durable.Ready);

    /// <summary>At the deadline those count that came; after a crash all are asked again.</summary>
    [Fact]
    public void Those_that_came_in_time_are_averaged()
    {
        var some = Ready(Begun(), 2, 1);
        Assert.Empty(some.Effects.OfType<Federation.Roles.Compute>());
        var ended = _role.Handle(some.State, new TimerFired(new StepTimer(Stages.Expert)));
        Assert.Equal([20, 30], LearningJob.Parameters<AverageParameters>(ended.Effects.OfType<Federation.Roles.Compute>().Single().Job).Weights.AsEnumerable());

        var restarted = _role.Handle(_role.Recover(_role.Durable(ended.State)), new Restarted());
        Assert.Equal(3, restarted.Effects.OfType<Send>().Count(send => send.Message is PublishModel));
        Assert.Empty(restarted.State.Durable.Moments);
    }

    private static BlobRef Pooled => new(new BlobHash(new string('f', 64)), 1100);

    private static BlobRef Moments(int client) => new(new BlobHash(new string((char)('a' + client), 64)), 1100);

    private static Delivery From(int client, IMessage message) => new(new DeviceId(client), message);

    private static AggregatorState Begun() => new AggregatorState(AggregatorDurable.Empty with
    {
        Stage = Stages.Expert,
        Round = Plan.Settings.Extractor.Rounds + 1,
        Joined = Plan.Deal.ClientNumbers.ToImmutableSortedDictionary(client => client, client => 10 * (client + 1)),
        Extractor = [Moments(3), Moments(4)],
        Gates = ImmutableSortedDictionary<string, BlobRef>.Empty.Add(Stages.Gate, Moments(5)),
        MayBegin = true,
    });

    private Decision<AggregatorState> Ready(AggregatorState state, params int[] clients)
    {
        var decision = Decision.Of(state);
        foreach (var client in clients)
        {
            decision = _role.Handle(decision.State, From(client, new ExpertReady { Moments = [Moments(client)] }));
        }

        return decision;
    }

    private Decision<AggregatorState> Finish(AggregatorState state, JobTag tag) => _role.Handle(
        state, new JobFinished(tag, new JobResult([Pooled], ImmutableSortedDictionary<string, double>.Empty, [])));
}
