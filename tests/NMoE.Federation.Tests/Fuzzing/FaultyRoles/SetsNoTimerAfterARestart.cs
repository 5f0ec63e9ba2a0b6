using NMoE.Federation.Aggregator;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that takes its timers for part of what it had written down: after a restart it waits without a deadline.</summary>
internal sealed class SetsNoTimerAfterARestart(IRole<AggregatorState> real) : FaultyRole<AggregatorState>(real)
{
    public override Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is Restarted ? Without(Real.Handle(state, message), effect => effect is SetTimer) : Real.Handle(state, message);
}
