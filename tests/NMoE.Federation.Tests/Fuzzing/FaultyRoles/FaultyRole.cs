using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>A role with a planted fault: it does what the real one does but where the fault is.</summary>
internal abstract class FaultyRole<TState>(IRole<TState> real) : IRole<TState>
    where TState : class
{
    public TState Initial => Real.Initial;

    protected IRole<TState> Real { get; } = real;

    public virtual object Durable(TState state) => Real.Durable(state);

    public virtual TState Recover(object durable) => Real.Recover(durable);

    public virtual Decision<TState> Handle(TState state, object message) => Real.Handle(state, message);

    protected static Decision<TState> Without(Decision<TState> decision, Func<Effect, bool> which) =>
        decision with { Effects = [.. decision.Effects.Where(effect => !which(effect))] };

    protected static Decision<TState> Changed(Decision<TState> decision, Func<Effect, Effect> change) =>
        decision with { Effects = [.. decision.Effects.Select(change)] };
}
