using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that does not look at which ring a gate comes from: one that it had given up ends the ring that is under way.</summary>
internal sealed class EndsARingWithTheGateOfAnother(IRole<AggregatorState> real) : FaultyRole<AggregatorState>(real)
{
    public override Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is Delivery { Message: TravellingModel { Step: RingStep.Done } gate } delivery && gate.Generation < state.Durable.Generation
            ? Real.Handle(state, delivery with { Message = gate with { Generation = state.Durable.Generation } })
            : Real.Handle(state, message);
}
