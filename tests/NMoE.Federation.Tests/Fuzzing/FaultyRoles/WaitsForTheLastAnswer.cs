using NMoE.Federation.Client;
using NMoE.Federation.Roles;
using ComputeEffect = NMoE.Federation.Roles.Compute;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that has no answer to its last question going unanswered: where its own expert should step in, it goes on waiting.</summary>
internal sealed class WaitsForTheLastAnswer(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override Decision<ClientState> Handle(ClientState state, object message)
    {
        var decision = Real.Handle(state, message);
        return message is TimerFired { Tag.Name: "deadline" } && decision.Effects.Any(effect => effect is ComputeEffect { Tag.Name: "fallback" })
            ? Decision.Of(state)
            : decision;
    }
}
