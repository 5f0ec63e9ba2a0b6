using System.Collections.Immutable;

namespace NMoE.Federation.Roles;

/// <summary>A role as a pure function: what it decides depends on its state and the message alone.</summary>
/// <typeparam name="TState">An immutable record.</typeparam>
public interface IRole<TState>
    where TState : class
{
    /// <summary>The state of a device that is switched on for the first time.</summary>
    TState Initial { get; }

    /// <summary>What of the state outlives a crash; it is persisted whenever it changes.</summary>
    object Durable(TState state);

    /// <summary>The state of a device that is on again.</summary>
    TState Recover(object durable);

    /// <summary>What a message changes, and what is to be done about it.</summary>
    /// <param name="state">State before.</param>
    /// <param name="message"><see cref="Started"/>, <see cref="Restarted"/>, a delivery from the network, <see cref="JobFinished"/>, <see cref="TimerFired"/> or <see cref="AccessSensed"/>.</param>
    Decision<TState> Handle(TState state, object message);
}

/// <summary>A new state and what is to be done.</summary>
/// <typeparam name="TState">State.</typeparam>
/// <param name="State">State after.</param>
/// <param name="Effects">In order.</param>
public readonly record struct Decision<TState>(TState State, ImmutableArray<Effect> Effects)
{
    /// <summary>The same state and more to do.</summary>
    public Decision<TState> And(params ReadOnlySpan<Effect> more) => this with { Effects = [.. Effects, .. more] };

    /// <summary>The same once something else is done.</summary>
    public Decision<TState> After(params ReadOnlySpan<Effect> first) => this with { Effects = [.. first, .. Effects] };

    /// <summary>What follows from the new state, once all this is done.</summary>
    public Decision<TState> Then(Func<TState, Decision<TState>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(State).After(Effects.AsSpan());
    }
}

/// <summary>Shorthand for decisions.</summary>
public static class Decision
{
    /// <summary>A new state and effects.</summary>
    public static Decision<TState> Of<TState>(TState state, params ReadOnlySpan<Effect> effects) => new(state, [.. effects]);
}
