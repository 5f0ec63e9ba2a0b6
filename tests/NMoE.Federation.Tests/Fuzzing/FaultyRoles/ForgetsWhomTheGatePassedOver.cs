using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that begins each lap of a rolling gate with everyone again.</summary>
internal sealed class ForgetsWhomTheGatePassedOver(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override Decision<ClientState> Handle(ClientState state, object message) => Changed(
        Real.Handle(state, message),
        effect => effect is Send { Message: TravellingModel { Missed.IsEmpty: false } gate } send && gate.Hop % gate.Ring.Length == 0
            ? send with { Message = gate with { Missed = [] } }
            : effect);
}
