using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Aggregator;

/// <summary>What a client is told that was away, or heard nothing for long: always something, so that it knows that the aggregator is there.</summary>
internal sealed class AggregatorCatchUp(Plan plan)
{
    /// <summary>While the next place has not got the state, nothing is published to anyone.</summary>
    public Decision<AggregatorState> Answer(AggregatorState state, int client, AggregatorRounds rounds)
    {
        ImmutableArray<Effect> missed = state.Guard is null ? [.. Models(state, client), .. Step(state, client, rounds)] : [];
        return new(state, missed.IsEmpty ? [new Send(Plan.Device(client), new NothingNew(), Stages.Control)] : missed);
    }

    public PublishModel Extractor(AggregatorState state) => new(TrainingStage.Extractor, state.Durable.Extractor[..plan.PublishedParts]) { Lineage = state.Durable.Lineage };

    private IEnumerable<Effect> Models(AggregatorState state, int client)
    {
        var (durable, device) = (state.Durable, Plan.Device(client));
        if (durable.Phase > Phase.Extractor)
        {
            yield return new SendAgain(new Send(device, Extractor(state), Stages.Extractor));
        }

        if (durable.Gate is { } gate && plan.TrainsGate && durable.Phase is Phase.Finished or Phase.Rolling)
        {
            yield return new SendAgain(new Send(device, new PublishModel(TrainingStage.Gate, [gate]), Stages.Gate));
        }

        if (durable is { Phase: Phase.Finished, Rolled: { } rolled } && plan.RollsGate)
        {
            yield return new SendAgain(new Send(device, new PublishModel(TrainingStage.Rolling, [rolled]), Stages.Rolling));
        }
    }

    private static IEnumerable<Effect> Step(AggregatorState state, int client, AggregatorRounds rounds) => state.Durable.Phase switch
    {
        Phase.Extractor or Phase.Gate => rounds.Invite(state, client),
        Phase.Sharing when state.Durable.Experts.Contains(client) && !state.Durable.Ready.Contains(client) =>
            [new SendAgain(new Send(Plan.Device(client), new ShareLatents(state.Durable.Experts), Stages.Gate))],
        _ => [],
    };
}
