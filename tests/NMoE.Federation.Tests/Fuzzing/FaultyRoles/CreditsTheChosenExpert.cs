using NMoE.Federation.Client;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that reports the expert that its gate chose as the one that answered, whoever did.</summary>
internal sealed class CreditsTheChosenExpert(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override Decision<ClientState> Handle(ClientState state, object message) => Changed(
        Real.Handle(state, message),
        effect => effect is Observe { Observation: PassAnswered pass } ? new Observe(pass with { Answered = pass.Chosen }) : effect);
}
