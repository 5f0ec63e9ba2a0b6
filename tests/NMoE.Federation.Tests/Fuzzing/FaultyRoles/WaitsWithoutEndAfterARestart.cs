using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A supervisor that after a restart invites those that do not serve yet, but sets no deadline for them.</summary>
internal sealed class WaitsWithoutEndAfterARestart(IRole<SupervisorState> real) : FaultyRole<SupervisorState>(real)
{
    public override Decision<SupervisorState> Handle(SupervisorState state, object message) =>
        message is Restarted ? Without(Real.Handle(state, message), effect => effect is SetTimer { Tag.Name: "serving" }) : Real.Handle(state, message);
}
