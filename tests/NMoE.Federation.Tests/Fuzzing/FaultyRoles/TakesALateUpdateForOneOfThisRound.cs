using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that looks at who sent an update and not at its round: one that comes late goes into the round that is under way.</summary>
internal sealed class TakesALateUpdateForOneOfThisRound(IRole<AggregatorState> real, Plan plan) : FaultyRole<AggregatorState>(real)
{
    public override Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is Delivery { Message: RoundUpdate update } delivery && IsInStep(state.Durable) && update.Round < state.Durable.Round
            ? Real.Handle(state, delivery with { Message = update with { Round = state.Durable.Round } })
            : Real.Handle(state, message);

    // Where updates are buffered, one of an earlier step is nothing unusual.
    private bool IsInStep(AggregatorDurable durable) =>
        durable.Stage == Stages.Gate || plan.Settings.Extractor.Cohort.Aggregation == Aggregation.Synchronous;
}
