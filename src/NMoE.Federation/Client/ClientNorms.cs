using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>Local norms (FedBN): whatever model comes, the client's own norms are put into it before anything else is done with it.</summary>
internal sealed class ClientNorms(Model model)
{
    /// <summary>Decides as the stages do, on models that hold the client's own norms.</summary>
    /// <param name="state">State before.</param>
    /// <param name="message">Message.</param>
    /// <param name="decide">What the stages decide.</param>
    public Decision<ClientState> Handle(ClientState state, object message, Func<ClientState, object, Decision<ClientState>> decide) => message switch
    {
        Delivery { Message: IMessage told, From: var from } when Merge(state, told, from) is { } merging => merging,
        JobFinished { Tag: RoundTag { Name: Tags.OwnNorms } tag } job => Merged(state, tag, job.Result.Outputs[0]) is { } merged
            ? decide(state with { Round = state.Round with { Merging = null } }, new Delivery(state.Round.MergingEdge ?? state.Durable.Aggregator, merged))
            : Decision.Of(state),
        _ => decide(state, message),
    };

    /// <summary>The decision to merge first, or null where there is nothing to merge.</summary>
    private Decision<ClientState>? Merge(ClientState state, IMessage message, DeviceId from)
    {
        if (!model.HasOwnNorms || Extractor(message) is not { } received || state.Durable.Training.Undone(RoundOf(message)).OwnAt(RoundOf(message)).Extractor is not { } own)
        {
            return null;
        }

        var job = LearningJob.Create(new OwnNormsParameters(model.Spec), 0, received, own);
        return Decision.Of(state with { Round = state.Round with { Merging = message, MergingEdge = from.IsEdge ? from : null } }, new Roles.Compute(new RoundTag(Tags.OwnNorms, Stages.Extractor, RoundOf(message)) { Place = state.Durable.Place }, job, 0));
    }

    /// <summary>The message that waited, with the merged model; null where another has come since.</summary>
    private static IMessage? Merged(ClientState state, RoundTag tag, BlobRef merged) => state.Round.Merging is { } waiting && RoundOf(waiting) == tag.Round
        ? waiting switch
        {
            TrainRound round => round with { Model = round.Model.SetItem(0, merged) },
            Correlate asked => asked with { Model = asked.Model.SetItem(0, merged) },
            PublishModel published => published with { Model = published.Model.SetItem(0, merged) },
            _ => null,
        }
        : null;

    private static BlobRef? Extractor(IMessage message) => Model(message).FirstOrDefault();

    private static ImmutableArray<BlobRef> Model(IMessage message) => message switch
    {
        TrainRound { Stage: Stages.Extractor } round => round.Model,
        Correlate asked => asked.Model,
        PublishModel { Stage: Stages.Extractor } published => published.Model,
        _ => [],
    };

    /// <summary>Rounds count from 1; the finished model comes in none.</summary>
    private static int RoundOf(IMessage message) => message switch { TrainRound round => round.Round, Correlate asked => asked.Round, _ => 0 };
}
