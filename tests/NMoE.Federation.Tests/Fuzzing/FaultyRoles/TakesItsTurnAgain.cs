using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that takes RollGate's gate whenever it comes: a copy of it goes around the ring as well.</summary>
internal sealed class TakesItsTurnAgain(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override Decision<ClientState> Handle(ClientState state, object message) =>
        message is Delivery { Message: TravellingModel gate } && state.Durable.Turns.GetValueOrDefault(gate.Stage) is { Model: var last } && (gate.Generation, gate.Hop) == (last.Generation, last.Hop)
            ? Real.Handle(state with { Durable = state.Durable with { Turns = state.Durable.Turns.Remove(gate.Stage) } }, message)
            : Real.Handle(state, message);
}
