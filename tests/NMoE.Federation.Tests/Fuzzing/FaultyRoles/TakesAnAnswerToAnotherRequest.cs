using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that looks at whose expert an answer is of and not at which request it answers.</summary>
internal sealed class TakesAnAnswerToAnotherRequest(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override Decision<ClientState> Handle(ClientState state, object message) =>
        message is Delivery { Message: ExpertOutputs outputs } delivery && state.Serving is { } serving
            ? Real.Handle(state, delivery with { Message = outputs with { Pass = serving.Pass, Request = serving.Request.Number } })
            : Real.Handle(state, message);
}
