using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that takes the round that it finds written down for the last one that ended: after a restart it goes on with the next.</summary>
internal sealed class SkipsTheRoundOfACrash(IRole<AggregatorState> real, Plan plan) : FaultyRole<AggregatorState>(real)
{
    public override AggregatorState Recover(object durable) => Real.Recover(
        durable is AggregatorDurable { Stage: Stages.Extractor } known && known.Round < plan.Settings.Extractor.Rounds ? known with { Round = known.Round + 1 } : durable);
}
