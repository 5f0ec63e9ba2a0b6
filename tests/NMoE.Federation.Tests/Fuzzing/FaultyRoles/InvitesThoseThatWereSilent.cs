using NMoE.Federation.Aggregator;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that does not remember who was silent: it invites a dead client to each round, and waits for it until the deadline.</summary>
internal sealed class InvitesThoseThatWereSilent(IRole<AggregatorState> real) : FaultyRole<AggregatorState>(real)
{
    public override Decision<AggregatorState> Handle(AggregatorState state, object message)
    {
        var decision = Real.Handle(state, message);
        return decision with { State = decision.State with { Durable = decision.State.Durable with { Silent = [] } } };
    }
}
