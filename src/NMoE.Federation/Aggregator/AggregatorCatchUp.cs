using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Aggregator;

/// <summary>What a client is told that was away, or heard nothing for long: always something, so that it knows that the aggregator is there.</summary>
internal sealed class AggregatorCatchUp(Plan plan)
{
    /// <summary>What was missed may be on its way already and is not sent again then: the sign of life is. While the next place has not got the state, nothing is published to anyone.</summary>
    public Decision<AggregatorState> Answer(AggregatorState state, int client, AggregatorRounds rounds)
    {
        ImmutableArray<Effect> missed = state.Moving.Guard is null ? [.. Models(state, client), .. Step(state, client, rounds)] : [];
        return new(state, [.. missed, new Send(Plan.Device(client), new NothingNew(), Stages.Control)]);
    }

    public PublishModel Extractor(AggregatorState state) => new(Stages.Extractor, state.Durable.Extractor[..plan.PublishedParts]) { Lineage = state.Durable.Lineage };

    public PublishModel Gate(AggregatorState state) => new(Stages.Gate, [state.Durable.Gates[Stages.Gate]]) { Experts = plan.Named(state.Durable.Learned) };

    private IEnumerable<Effect> Models(AggregatorState state, int client)
    {
        var (durable, device) = (state.Durable, Plan.Device(client));
        if (durable.Phase > Phase.Extractor && !HasExtractor(durable, client))
        {
            yield return new SendAgain(new Send(device, Extractor(state), Stages.Extractor));
        }

        if (plan.TrainsGate && durable.Phase is Phase.Finished or Phase.Rolling)
        {
            yield return new SendAgain(new Send(device, Gate(state), Stages.Gate));
        }

        foreach (var stage in durable.Phase == Phase.Finished ? plan.GateStages.Where(stage => plan.Ring(stage) is not null) : [])
        {
            yield return new SendAgain(new Send(device, new PublishModel(stage, [durable.Gates[stage]]) { Experts = plan.Named(durable.Ring.IsEmpty ? durable.Experts : durable.Ring) }, stage));
        }
    }

    /// <summary>Who is known to have an expert has trained it on F, and keeps both across crashes.</summary>
    private static bool HasExtractor(AggregatorDurable durable, int client) =>
        durable.Phase == Phase.Experts ? durable.Ready.Contains(client) : durable.Experts.Contains(client);

    private static IEnumerable<Effect> Step(AggregatorState state, int client, AggregatorRounds rounds) => state.Durable.Phase switch
    {
        Phase.Extractor or Phase.Gate => rounds.Invite(state, client),
        Phase.Sharing when state.Durable.Experts.Contains(client) && !state.Durable.Ready.Contains(client) =>
            [new SendAgain(new Send(Plan.Device(client), new ShareLatents(state.Durable.Experts), Stages.Gate))],
        _ => [],
    };
}
