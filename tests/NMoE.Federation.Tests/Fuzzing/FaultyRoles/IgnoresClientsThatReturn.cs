using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A supervisor that has told everybody once, and does not answer a client that was away and asks.</summary>
internal sealed class IgnoresClientsThatReturn(IRole<SupervisorState> real) : FaultyRole<SupervisorState>(real)
{
    public override Decision<SupervisorState> Handle(SupervisorState state, object message) =>
        message is Delivery { Message: Rejoin, From.IsClient: true } ? Decision.Of(state) : Real.Handle(state, message);
}
