using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>A client that was switched on: it gets its data, then joins, or asks what it missed; turns go on that a crash interrupted.</summary>
/// <param name="number">The client.</param>
/// <param name="plan">The experiment.</param>
/// <param name="rings">Its halves of the experiment's rings.</param>
internal sealed class ClientJoining(int number, Plan plan, ImmutableArray<ClientRing> rings) : IClientHalf
{
    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        Started => DealShards(state),
        Restarted => Return(state),
        JobFinished { Tag.Name: Tags.TrainingShard, Result.Outputs: [var shard, ..] } => Resume(Join(state with { Shards = state.Shards with { Training = shard } }), RingKind.OfJoined),
        JobFinished { Tag: TestShardTag tag, Result.Outputs: [var shard, ..] } => Decision.Of(state with { Shards = state.Shards with { Tests = state.Shards.Tests.SetItem(tag.Test, shard) } }),
        JobFinished { Tag.Name: Tags.InitialHead, Result.Outputs: [var head, ..] } => Decision.Of(TakeHead(state, head)),
        JobFinished { Tag.Name: Tags.InitialParts, Result.Outputs: var parts } => Decision.Of(state with { Durable = state.Durable.Keeping(own => own with { Private = parts }) }),
        _ => null,
    };

    private static ClientState TakeHead(ClientState state, BlobRef head) => state with { Durable = state.Durable.Keeping(own => own with { Predictor = head }) };

    private bool Learns => plan.Deal.Learns(number);

    /// <summary>The aggregator is asked once the data are there: what it may ask for needs them.</summary>
    private Decision<ClientState> Return(ClientState state) => state.Durable.Serving.PassesDone == plan.Pipeline.Serving.Passes.Length
        ? Decision.Of(state)
        : Resume(
            DealShards(state with { Silence = state.Silence with { Returned = true } }).And([new Send(DeviceId.Supervisor, new Rejoin(0), Stages.Control), .. Learns ? ImmutableArray<Effect>.Empty : Asks(state)]),
            RingKind.OfExperts);

    /// <summary>Turns go on that a crash interrupted, once what they need is there.</summary>
    private Decision<ClientState> Resume(Decision<ClientState> decision, RingKind kind) =>
        rings.Where(ring => ring.Kind == kind).Aggregate(decision, (so, ring) => so.Then(ring.Resume));

    private Decision<ClientState> Join(ClientState state) => Decision.Of(
        state, (state.Silence.Returned ? Asks(state) : [new Send(state.Durable.Aggregator, new Join(plan.Deal.Rows(number)), Stages.Control)]).AsSpan());

    private ImmutableArray<Effect> Asks(ClientState state)
    {
        var question = state.Question(plan.Deal.Rows(number));
        return [new Send(state.Durable.Aggregator, question, Stages.Control), .. AtEdge(plan, number, state, question)];
    }

    /// <summary>A client's question to the edge server of its site, and to the one that had it last in its place.</summary>
    public static ImmutableArray<Effect> AtEdge(Plan plan, int number, ClientState state, Rejoin question) =>
        plan.Sites.EdgeOf(number) is { } edge && plan.Pipeline.OverSites.Any(stage => !IsOver(state, stage))
            ? [.. new[] { edge, state.Durable.Edge ?? edge }.Distinct().Select(server => new Send(server, question, Stages.Control))]
            : [];

    private static bool IsOver(ClientState state, string stage) => stage == Stages.Gate ? state.Durable.Gates.ContainsKey(stage) : state.Durable.EndedStageOne;

    private Decision<ClientState> DealShards(ClientState state) => Decision.Of(state, [
        new Await("the end of training"),
        .. Learns && plan.Model.HasOwnHeads && state.Durable.Training.Own.Predictor is null
            ? [new Roles.Compute(new SoleTag(Tags.InitialHead), plan.Model.Initial(ModelPart.Expert, plan.Seeds), 0)]
            : ImmutableArray<Effect>.Empty,
        .. Learns && plan.Pipeline.Objective.Private is { } own && state.Durable.Training.Own.Private.IsEmpty
            ? [new Roles.Compute(new SoleTag(Tags.InitialParts), own.Initial(plan, number), 0)]
            : ImmutableArray<Effect>.Empty,
        .. Learns ? [new Roles.Compute(new SoleTag(Tags.TrainingShard), plan.Deal.TrainingShard(number), 0)] : ImmutableArray<Effect>.Empty,
        .. plan.Settings.Inference.TestPartitions.Distinct().Select(test =>
            new Roles.Compute(new TestShardTag(test), plan.Deal.TestShard(number, test), 0)),
    ]);
}
