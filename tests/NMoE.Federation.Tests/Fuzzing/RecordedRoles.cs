using NMoE.Federation.Experiments;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>A decision that a role made in a run.</summary>
/// <param name="From">What it was doing.</param>
/// <param name="Message">What it was told.</param>
/// <param name="To">What it was doing then.</param>
/// <param name="Again">The same role in the same state, told anything.</param>
internal sealed record Recorded(RoleState From, object Message, RoleState To, Func<object, (RoleState To, IReadOnlyList<Effect> Effects)> Again)
{
    /// <summary>The message as it is named in diagrams.</summary>
    public string Name => Message switch
    {
        Delivery { Message: IMessage told } => WireCodec.KindOf(told),
        JobFinished job => "job " + job.Tag.Name,
        TimerFired timer => "timer " + timer.Tag.Name,
        _ => Message.GetType().Name,
    };
}

/// <summary>The real roles, whose decisions in many small runs with faults are written down.</summary>
internal static class RecordedRoles
{
    /// <summary>What is done by roles that write into a list.</summary>
    public static RoleSet Of(Plan plan, List<Recorded> into)
    {
        var real = RoleSet.Of(plan);
        return new RoleSet(
            client => new Recorder<Federation.Client.ClientState>(plan, real.Client(client), into),
            () => new Recorder<Federation.Aggregator.AggregatorState>(plan, real.Aggregator(), into),
            () => new Recorder<Federation.Supervisor.SupervisorState>(plan, real.Supervisor(), into))
        {
            Standby = place => new Recorder<Federation.Aggregator.AggregatorState>(plan, real.Standby(place), into),
            Edge = site => new Recorder<Federation.Aggregator.AggregatorState>(plan, real.Edge(site), into),
        };
    }

    private sealed class Recorder<TState>(Plan plan, IRole<TState> role, List<Recorded> into) : IRole<TState>
        where TState : class
    {
        public TState Initial => role.Initial;

        public object Durable(TState state) => role.Durable(state);

        public TState Recover(object durable) => role.Recover(durable);

        public Decision<TState> Handle(TState state, object message)
        {
            var decision = role.Handle(state, message);
            into.Add(new Recorded(RoleStates.Of(plan.Pipeline.Serving.Passes.Length, state)!.Value, message, RoleStates.Of(plan.Pipeline.Serving.Passes.Length, decision.State)!.Value, other =>
            {
                var again = role.Handle(state, other);
                return (RoleStates.Of(plan.Pipeline.Serving.Passes.Length, again.State)!.Value, again.Effects);
            }));
            return decision;
        }
    }
}
