using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that rounds a quorum down: half of three is one, and at the deadline it averages with that.</summary>
internal sealed class RoundsTheQuorumDown(IRole<AggregatorState> real, Plan plan) : FaultyRole<AggregatorState>(real)
{
    public override Decision<AggregatorState> Handle(AggregatorState state, object message)
    {
        var decision = Real.Handle(state, message);
        if (message is not TimerFired { Tag.Name: "round-deadline" } || state.Round.Closed || decision.State.Round.Closed || state.Round.Target == 0)
        {
            return decision;
        }

        var quorum = state.Durable.Stage == Stages.Extractor ? plan.Settings.Extractor.Quorum : plan.Settings.Gate.Quorum;
        var came = state.Round.Updates.Values.Count(update => update.Round == state.Durable.Round);
        if (came < Math.Max(1, (int)(quorum * state.Round.Target)))
        {
            return decision;
        }

        // With as many wanted as came, the real one goes on; a timer of another round it still knows for what it is.
        var early = Real.Handle(state with { Round = state.Round with { Target = came } }, message);
        return early.State.Round.Closed ? early : decision;
    }
}
