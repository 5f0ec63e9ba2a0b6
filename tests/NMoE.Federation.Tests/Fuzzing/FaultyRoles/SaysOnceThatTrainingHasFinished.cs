using NMoE.Federation.Aggregator;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that trusts the network with its last word, and never says it again.</summary>
internal sealed class SaysOnceThatTrainingHasFinished(IRole<AggregatorState> real) : FaultyRole<AggregatorState>(real)
{
    public override Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is TimerFired { Tag.Name: "finish" } ? Decision.Of(state) : Real.Handle(state, message);
}
