using NMoE.Federation.Aggregator;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that does not write down the server's momentum: after a restart it has none.</summary>
internal sealed class KeepsMomentumInMemory(IRole<AggregatorState> real) : FaultyRole<AggregatorState>(real)
{
    public override object Durable(AggregatorState state) => state.Durable with { Velocity = [] };
}
