using NMoE.Federation.Client;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>
/// A client that remembers its answers, to give them again at once, but not in its state: after a crash it names outputs that it
/// no longer has.
/// </summary>
internal sealed class AnswersFromAMemoryThatOutlivesACrash(IRole<ClientState> real, Plan plan) : FaultyRole<ClientState>(real)
{
    private readonly SortedDictionary<(int Peer, int Pass, int Request), ExpertOutputs> _answers = [];

    public override Decision<ClientState> Handle(ClientState state, object message)
    {
        if (message is Delivery { Message: RouteLatents asked } delivery
            && _answers.TryGetValue((delivery.From.Number, asked.Pass, asked.Request), out var known) && known.Rows == asked.Rows.Length)
        {
            return Decision.Of(state, new Send(delivery.From, known, plan.Pipeline.Serving.Passes[asked.Pass].Stage));
        }

        var decision = Real.Handle(state, message);
        foreach (var send in decision.Effects.OfType<Send>())
        {
            if (send.Message is ExpertOutputs answer)
            {
                _answers[(send.To.Number, answer.Pass, answer.Request)] = answer;
            }
        }

        return decision;
    }
}
