using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that holds a round that is asked for again for a mistake: its update is sent, so it says nothing.</summary>
internal sealed class SupposesThatItsUpdateArrived(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override Decision<ClientState> Handle(ClientState state, object message) =>
        message is Delivery { Message: TrainRound asked } && state.Durable.Training.Sent is { } sent && (sent.Asked.Stage, sent.Asked.Round) == (asked.Stage, asked.Round)
            ? Decision.Of(state)
            : Real.Handle(state, message);
}
