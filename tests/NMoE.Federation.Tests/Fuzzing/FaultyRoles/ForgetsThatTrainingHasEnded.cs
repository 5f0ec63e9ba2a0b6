using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A supervisor that writes down who serves and not that training has ended: after a restart it waits for that again.</summary>
internal sealed class ForgetsThatTrainingHasEnded(IRole<SupervisorState> real) : FaultyRole<SupervisorState>(real)
{
    public override object Durable(SupervisorState state) => state with { Trained = false };
}
