using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A client that keeps no note of the update that it sent: asked for the round again, it trains again, from what that round has left.</summary>
internal sealed class TrainsAgainFromWhereItIs(IRole<ClientState> real) : FaultyRole<ClientState>(real)
{
    public override Decision<ClientState> Handle(ClientState state, object message) =>
        message is Delivery { Message: TrainRound asked } && state.Durable.Training.Sent is { } sent && (sent.Asked.Stage, sent.Asked.Round) == (asked.Stage, asked.Round)
            ? Real.Handle(state with { Durable = state.Durable with { Training = state.Durable.Training with { Sent = null, Before = null } } }, message)
            : Real.Handle(state, message);
}
