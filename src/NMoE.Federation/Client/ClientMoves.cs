using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>
/// An aggregator that moves, as a client sees it. Places are numbered, and the highest number heard of wins: invitations of earlier places are dropped, and so is a model that an earlier place
/// published if the new one has not trained that far.
/// </summary>
/// <param name="rows">The client's training pictures.</param>
internal sealed class ClientMoves(int rows)
{
    /// <summary>Whether a message is of a place that is the aggregator no more.</summary>
    public static bool IsOutdated(ClientState state, Delivery delivery) => delivery.From.IsAggregator && delivery.From.Place < state.Durable.Place;

    /// <summary>Whether a job was begun for a place, or for a model of stage 1, that counts no more.</summary>
    public static bool IsOutdated(ClientState state, JobFinished job) => job.Tag switch
    {
        RoundTag or CompressedTag => job.Tag.Place < state.Durable.Place,
        SoleTag { Name: not (Tags.TrainingShard or Tags.InitialHead or Tags.InitialParts) } ofModel => ofModel.Place < state.Durable.Expert.Lineage,
        _ => false,
    };

    /// <summary>What a message tells of the aggregator's place, by its sender or in words.</summary>
    public static ClientState Hear(ClientState state, Delivery delivery)
    {
        var place = delivery.Message is AggregatorAt at ? at.Place : delivery.From.IsAggregator ? delivery.From.Place : 0;
        var heard = place <= state.Durable.Place ? state : state with
        {
            Durable = state.Durable with { Place = place },
            Round = LocalRoundState.None,
        };
        return IsOfAnotherModel(heard, delivery) ? GiveUp(heard, delivery.From.Place) : heard;
    }

    /// <summary>Where a place is new and has asked for nothing yet, the client asks what it missed.</summary>
    public ImmutableArray<Effect> Questions(ClientState before, ClientState now, Delivery delivery) =>
        now.Durable.Place > before.Durable.Place && delivery.Message is NothingNew or AggregatorAt && (rows == 0 || now.Shards.Training is not null)
            ? [new Send(now.Durable.Aggregator, now.Question(rows), Stages.Control)]
            : [];

    /// <summary>Whether it follows from a message that the stage 1 whose model this client has was lost with its aggregator.</summary>
    private static bool IsOfAnotherModel(ClientState state, Delivery delivery) => state.Durable is { EndedStageOne: true, Serving.MayServe: false } durable && delivery.Message switch
    {
        TrainRound { Stage: Stages.Extractor } or Correlate => delivery.From.Place > durable.Expert.Lineage,
        PublishModel { Stage: Stages.Extractor } published => published.Lineage > durable.Expert.Lineage,
        _ => false,
    };

    private static ClientState GiveUp(ClientState state, int lineage) => state with
    {
        Durable = state.Durable with
        {
            Expert = ExpertMemory.None with { Lineage = lineage },
            Sharing = SharingMemory.None,
            Gates = state.Durable.Gates.Clear(),
            Turns = OfStageOne(state.Durable.Turns),
            Serving = state.Durable.Serving with { There = null },
        },
        LearnsExpert = false,
        Asking = Asking.Not,
        Passing = OfStageOne(state.Passing),
    };

    private static ImmutableSortedDictionary<string, T> OfStageOne<T>(ImmutableSortedDictionary<string, T> rings) => rings.RemoveRange(rings.Keys.Where(stage => stage != Stages.Extractor));
}
