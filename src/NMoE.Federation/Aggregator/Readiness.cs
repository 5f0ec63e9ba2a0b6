using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>A step without rounds: it is over once all that were asked and are heard have said that they are ready, or at its deadline with those that have.</summary>
/// <param name="stage">The step.</param>
/// <param name="place">The aggregator's place.</param>
/// <param name="deadline">How long it waits.</param>
/// <param name="asked">Who was asked.</param>
/// <param name="count">How many those are.</param>
/// <param name="end">What comes then.</param>
internal sealed class Readiness(string stage, int place, TimeSpan deadline, Func<AggregatorDurable, IEnumerable<int>> asked, Func<AggregatorDurable, int> count, Func<AggregatorState, Decision<AggregatorState>> end)
{
    /// <summary>The step's own.</summary>
    public SetTimer Deadline => Timer(stage, deadline);

    /// <summary>A timer of a step.</summary>
    public static SetTimer Timer(string stage, TimeSpan length) => new(new StepTimer(stage), length);

    /// <summary>Whether a timer is that of a step.</summary>
    public static bool IsOf(TimerFired timer, string stage) => timer.Tag == new StepTimer(stage);

    /// <summary>Nobody was there by the deadline.</summary>
    public static GiveUp Nobody(string stage) => new($"no client was ready for the step '{stage}' by its deadline");

    /// <summary>A client is ready.</summary>
    public Decision<AggregatorState> Take(AggregatorState state, int client)
    {
        var next = state with { Durable = state.Durable with { Ready = state.Durable.Ready.Add(client) } };
        return IsMissing(next.Durable) ? Decision.Of(next) : end(next);
    }

    /// <summary>The deadline has passed.</summary>
    public Decision<AggregatorState> Expire(AggregatorState state)
    {
        var missing = Missing(state.Durable).ToArray();
        var heard = AggregatorSilence.Silence(state, missing);
        var ended = heard.Durable.Ready.IsEmpty ? Decision.Of(heard, Nobody(stage)) : end(heard);
        return missing.Length == 0 ? ended : ended.After(AggregatorSilence.Passed(DeviceId.AggregatorAt(place), stage, 0, missing, deadline));
    }

    /// <summary>As long as fewer are ready than those of whom none can be silent, nobody need be looked for: to do so at each word would take n^2 steps.</summary>
    private bool IsMissing(AggregatorDurable durable) => durable.Ready.Count < count(durable) - durable.Silent.Count || Missing(durable).Any();

    private IEnumerable<int> Missing(AggregatorDurable durable) => durable.Heard(asked(durable)).Except(durable.Ready);
}
