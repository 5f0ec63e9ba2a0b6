using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>
/// A lost message and a dead server look alike: nothing comes. A client that waits asks what it missed, and after so many questions without an
/// answer goes on without the servers, or leaves.
/// </summary>
internal sealed class ClientSilence(int number, Plan plan) : IClientHalf
{
    public Decision<ClientState>? Handle(ClientState state, object message) => message is TimerFired { Tag.Name: Tags.Silence } ? Ask(state) : null;

    /// <summary>Begins to listen anew where a server was heard, or the client was switched on.</summary>
    public Decision<ClientState> Listen(ClientState before, Decision<ClientState> decision, object message)
    {
        var heard = message is Started or Restarted || (message is Delivery { From.IsClient: false } delivery && !IsNoAnswer(before, delivery));
        return heard && Waits(decision.State)
            ? new Decision<ClientState>(Heard(decision.State), decision.Effects).And(Timer(0))
            : decision;
    }

    /// <summary>Who may serve and lacks a model gets nothing of a supervisor that says so again: where that stays on for ever, the client would wait for ever.</summary>
    private bool IsNoAnswer(ClientState before, Delivery delivery) =>
        !plan.Settings.Experiment.RetireServers && before.Durable.Serving.MayServe && delivery is { Message: BeginServing or AggregatorAt };

    private Decision<ClientState> Ask(ClientState state)
    {
        if (!Waits(state))
        {
            return Decision.Of(state);
        }

        var asked = state.Silence.Asked + (state.IsAtWork ? 0 : 1);
        if (asked == state.Silence.Asked)
        {
            return Decision.Of(state, Timer(asked));
        }

        return asked <= plan.Settings.Supervision.MaxSilence
            ? Decision.Of(state with { Silence = state.Silence with { Asked = asked } }, [.. Questions(state), Timer(asked)])
            : GoOnAlone(state);
    }

    /// <summary>What a client asks that was away.</summary>
    private IEnumerable<Effect> Questions(ClientState state)
    {
        var question = state.Question(plan.Deal.Rows(number));
        return
        [
            new Send(state.Durable.Aggregator, question, Stages.Control), .. ClientJoining.AtEdge(plan, number, state, question), new Send(DeviceId.Supervisor, question, Stages.Control),
        ];
    }

    private Decision<ClientState> GoOnAlone(ClientState state) => state.CanServe(plan.Pipeline.Serving)
        ? Decision.Of(state with { Durable = state.Durable with { Serving = state.Durable.Serving with { MayServe = true } } })
        : Decision.Of(state with { Silence = state.Silence with { Left = true } }, new Observe(new ClientLeft(number)), new Done());

    private bool Waits(ClientState state) => state.Serving is null && !state.Silence.Left && state.Durable.Serving.PassesDone < plan.Pipeline.Serving.Passes.Length;

    private static ClientState Heard(ClientState state) => state.Silence.Asked == 0 ? state : state with { Silence = state.Silence with { Asked = 0 } };

    private SetTimer Timer(int asked) => new(new NumberedTimer(Tags.Silence, asked), plan.Settings.Supervision.Patience);
}
