using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>Rounds whose models travel packed: a client unpacks what it is sent before its round hears of it.</summary>
internal sealed class ClientUnpacking(Plan plan, IClientHalf rounds) : IClientHalf
{
    private readonly UpdateTravel _travel = new(plan);

    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: TrainRound { Stage: Stages.Extractor } round } delivery => Unpack(state, delivery, round),
        JobFinished { Tag: UnpackedTag { From: var from, Round: var round } } job => Take(state, new(from, round with { Model = job.Result.Outputs })),
        _ => rounds.Handle(state, message),
    };

    private Decision<ClientState> Unpack(ClientState state, Delivery delivery, TrainRound round)
    {
        var (job, flops) = _travel.Unpack(round.Model);
        return Decision.Of(state, new Roles.Compute(new UnpackedTag(delivery.From, round), job, flops));
    }

    /// <summary>The aggregator may have moved meanwhile.</summary>
    private Decision<ClientState>? Take(ClientState state, Delivery unpacked) => ClientMoves.IsOutdated(state, unpacked) ? Decision.Of(state) : rounds.Handle(state, unpacked);
}
