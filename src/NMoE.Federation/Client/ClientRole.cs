using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>
/// A client: trains F in rounds, its own expert, and the gate in rounds; then answers its own samples with the experts that the gate picks,
/// and its peers' samples with its own. Each stage has a half of its own (<see cref="IClientHalf"/>).
/// </summary>
/// <param name="number">The client's number, from 0.</param>
/// <param name="plan">The experiment.</param>
public sealed class ClientRole(int number, Plan plan) : IRole<ClientState>
{
    private readonly Bounds _bounds = plan.Pipeline.Bounds(plan.Deal, plan.Model);
    private readonly ImmutableArray<IClientHalf> _halves = ClientHalves.Of(number, plan);
    private readonly ClientNorms _norms = new(plan.Model);
    private readonly ClientServing _serving = new(number, plan);
    private readonly ClientSilence _silence = new(number, plan);
    private readonly ClientMoves _moves = new(plan.Deal.Rows(number));
    private Func<ClientState, object, Decision<ClientState>>? _byStage;

    /// <inheritdoc/>
    public ClientState Initial => new ClientState(ClientDurable.Empty);

    /// <inheritdoc/>
    public object Durable(ClientState state) => state.Durable;

    /// <inheritdoc/>
    public ClientState Recover(object durable) => new ClientState((ClientDurable)durable);

    /// <inheritdoc/>
    public Decision<ClientState> Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: IMessage told } impossible when !MessageForms.IsPossible(_bounds, impossible.From, told) => Settle(state, Decision.Of(state), message),
        Delivery outdated when ClientMoves.IsOutdated(state, outdated) => Decision.Of(state),
        Delivery delivery => Told(state, ClientMoves.Hear(state, delivery), delivery),
        _ => Settle(state, Decide(state, message), message),
    };

    private Decision<ClientState> Told(ClientState before, ClientState heard, Delivery delivery)
    {
        var decision = Settle(before, Decide(heard, delivery), delivery);
        return _moves.Questions(before, heard, delivery) is { IsEmpty: false } questions ? decision with { Effects = [.. questions, .. decision.Effects] } : decision;
    }

    private Decision<ClientState> Settle(ClientState before, Decision<ClientState> decision, object message) =>
        _serving.BeginIfReady(_silence.Listen(before, decision, message));

    private Decision<ClientState> Decide(ClientState state, object message) =>
        message is JobFinished outdated && ClientMoves.IsOutdated(state, outdated) ? Decision.Of(state) : _norms.Handle(state, message, _byStage ??= ByStage);

    private Decision<ClientState> ByStage(ClientState state, object message)
    {
        foreach (var half in _halves)
        {
            if (half.Handle(state, message) is { } decision)
            {
                return decision;
            }
        }

        return _serving.Handle(state, message) ?? _silence.Handle(state, message) ?? Decision.Of(state);
    }
}
