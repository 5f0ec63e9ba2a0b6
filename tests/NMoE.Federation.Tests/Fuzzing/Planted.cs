using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>A role with a planted fault: what it decides, or remembers of before a crash, is changed.</summary>
public sealed class Planted<TState>(IRole<TState> role) : IRole<TState>
    where TState : class
{
    /// <summary>Makes another decision of a state, a message and what the role decides.</summary>
    public Func<TState, object, Decision<TState>, Decision<TState>> Change { get; init; } = (_, _, decision) => decision;

    /// <summary>Makes another state of the one that the role remembers.</summary>
    public Func<TState, TState> Forget { get; init; } = state => state;

    public TState Initial => role.Initial;

    public object Durable(TState state) => role.Durable(state);

    public TState Recover(object durable) => Forget(role.Recover(durable));

    public Decision<TState> Handle(TState state, object message) => Change(state, message, role.Handle(state, message));
}
