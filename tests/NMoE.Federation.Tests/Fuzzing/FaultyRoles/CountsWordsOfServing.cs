using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Supervisor;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A supervisor that counts how often it heard that a client serves and not which: one that says it twice stands for one that does not.</summary>
internal sealed class CountsWordsOfServing(IRole<SupervisorState> real, Plan plan) : FaultyRole<SupervisorState>(real)
{
    public override Decision<SupervisorState> Handle(SupervisorState state, object message) =>
        message is Delivery { Message: ServingBegun } delivery && state.Serving.Contains(delivery.From.Number)
        && plan.Deal.ClientNumbers.Except(state.Serving).Select(client => (int?)client).FirstOrDefault() is { } other
            ? Real.Handle(state, delivery with { From = DeviceId.Client(other) })
            : Real.Handle(state, message);
}
