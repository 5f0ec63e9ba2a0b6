using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// Whom the aggregator hears. A deadline makes those silent who said nothing since they were asked: a dead client would cost each later step its deadline again. Whatever comes of a client, late or not, makes it heard.
/// </summary>
internal static class AggregatorSilence
{
    private static readonly Observe s_answered = new(new Answered());

    /// <summary>The state in which the sender of a message is heard.</summary>
    public static AggregatorState Hear(AggregatorState state, object message)
    {
        if (message is not Delivery { From: { Number: var client } from } || !(from.IsClient || from.IsEdge))
        {
            return state;
        }

        var heard = state.Durable.Silent.Contains(client) ? state with { Durable = state.Durable with { Silent = state.Durable.Silent.Remove(client) } } : state;

        // As long as the question is held back for a checkpoint, nothing that comes is an answer to it.
        return heard.Moving.Guard is null && heard.Quiet.Contains(client) ? heard with { Quiet = heard.Quiet.Remove(client) } : heard;
    }

    /// <summary>Lets be seen that a client's message was waited for.</summary>
    public static Decision<AggregatorState> Note(AggregatorState before, object message, Decision<AggregatorState> decision)
    {
        var after = decision.State;
        var took = message is Delivery { From: { } from } && (from.IsClient || from.IsEdge) && (after.Round.Updates != before.Round.Updates || after.Exchange.Correlated != before.Exchange.Correlated || after.Buffer.Early != before.Buffer.Early
            || after.Durable.Ready != before.Durable.Ready || after.Durable.Joined != before.Durable.Joined);
        return took ? decision with { Effects = [s_answered, .. decision.Effects] } : decision;
    }

    /// <summary>Who was waited for in vain, and said nothing else either, is silent from now on: a client that asked what it missed is there.</summary>
    public static AggregatorState Silence(AggregatorState state, IEnumerable<int> missing) =>
        state with { Durable = state.Durable with { Silent = state.Durable.Silent.Union(missing.Where(state.Quiet.Contains)) } };

    /// <summary>Lets the wait be seen.</summary>
    /// <param name="waited">Who waited.</param>
    /// <param name="stage">What was waited in.</param>
    /// <param name="round">Its round; 0 for none.</param>
    /// <param name="missing">Who was waited for.</param>
    /// <param name="length">The deadline.</param>
    public static Observe Passed(DeviceId waited, string stage, int round, IEnumerable<int> missing, TimeSpan length) =>
        new(new DeadlinePassed(waited, stage, round, [.. missing.Select(member => new DeviceId(member))], length));
}
