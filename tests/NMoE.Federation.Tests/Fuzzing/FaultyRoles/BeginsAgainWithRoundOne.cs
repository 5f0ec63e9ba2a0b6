using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that writes down its models and not how far it came: after a restart it counts rounds from 1 again.</summary>
internal sealed class BeginsAgainWithRoundOne(IRole<AggregatorState> real) : FaultyRole<AggregatorState>(real)
{
    public override AggregatorState Recover(object durable) => Real.Recover(
        durable is AggregatorDurable { Stage: Stages.Extractor or Stages.Gate } known ? known with { Round = 1 } : durable);
}
