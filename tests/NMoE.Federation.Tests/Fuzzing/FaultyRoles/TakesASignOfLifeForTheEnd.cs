using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A supervisor that takes any answer of the aggregator for the word that it waits for: asked in the middle of training, the aggregator only says that it is there.</summary>
internal sealed class TakesASignOfLifeForTheEnd(IRole<SupervisorState> real) : FaultyRole<SupervisorState>(real)
{
    public override Decision<SupervisorState> Handle(SupervisorState state, object message) =>
        message is Delivery { Message: NothingNew, From.IsClient: false } delivery
            ? Real.Handle(state, delivery with { Message = new TrainingFinished() })
            : Real.Handle(state, message);
}
