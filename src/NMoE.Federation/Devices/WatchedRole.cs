using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Devices;

/// <summary>Sees what roles decide, from outside the world: nothing that it does reaches back.</summary>
public interface IRoleWatch
{
    /// <summary>A role has decided; its effects are carried out next.</summary>
    /// <param name="device">The device.</param>
    /// <param name="before">The role's state before.</param>
    /// <param name="message">What it was told.</param>
    /// <param name="after">Its state after.</param>
    /// <param name="effects">What it wants done, in order.</param>
    void Decided(DeviceId device, object before, object message, object after, ImmutableArray<Effect> effects);
}

/// <summary>A role whose decisions are seen.</summary>
internal sealed class WatchedRole<TState>(DeviceId device, IRole<TState> role, IRoleWatch watch) : IRole<TState>
    where TState : class
{
    public TState Initial => role.Initial;

    public object Durable(TState state) => role.Durable(state);

    public TState Recover(object durable) => role.Recover(durable);

    public Decision<TState> Handle(TState state, object message)
    {
        var decision = role.Handle(state, message);
        watch.Decided(device, state, message, decision.State, decision.Effects);
        return decision;
    }
}
