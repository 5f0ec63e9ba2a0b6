using NMoE.Simulation.Loop;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>
/// A wait of the world that can be frozen: what is left of it is kept until it is released. It is itself what is pending, so that a message on its way has one object for it. One that was frozen leaves the heap in its
/// own time, and has another in its place until then.
/// </summary>
internal abstract class Waiting : PendingEvent
{
    private readonly World _world;
    private readonly string _kind;
    private PendingEvent? _pending;
    private VirtualTime _due;
    private TimeSpan _left;

    /// <summary>Begins to wait.</summary>
    /// <param name="world">The world.</param>
    /// <param name="kind">What for, in the trace.</param>
    /// <param name="duration">How long.</param>
    protected Waiting(World world, string kind, TimeSpan duration)
    {
        _world = world;
        _kind = kind;
        _left = duration;
        Release();
    }

    /// <inheritdoc/>
    public override string Target => _kind;

    /// <summary>What is left of it.</summary>
    public TimeSpan Left => _pending is null ? _left : _due - _world.Now;

    /// <summary>Ends it where it is.</summary>
    public void Stop() => Hold();

    /// <summary>Freezes it.</summary>
    public void Hold()
    {
        _left = Left;
        if (_pending is { } pending)
        {
            _world.Withdraw(pending);
            _pending = null;
        }
    }

    /// <summary>Lets it go on.</summary>
    public void Release()
    {
        if (_pending is not null)
        {
            return;
        }

        _due = _world.Now + _left;
        _pending = IsPending ? new PendingAction(_world, _kind, End) : this;
        _pending.IsWithdrawn = false;
        _world.Push(_left, _pending);
    }

    /// <inheritdoc/>
    public override void Happen(World world)
    {
        world.Trace.Action(world.Now, _kind);
        End();
    }

    /// <summary>It is over.</summary>
    protected abstract void Over();

    private void End()
    {
        _left = TimeSpan.Zero;
        _pending = null;
        Over();
    }
}
