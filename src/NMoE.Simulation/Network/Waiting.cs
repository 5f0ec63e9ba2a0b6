using NMoE.Simulation.Loop;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>A wait of the world that can be frozen: what is left of it is kept until it is released.</summary>
internal sealed class Waiting
{
    private readonly World _world;
    private readonly string _kind;
    private readonly Action _over;
    private IPendingAction? _pending;
    private VirtualTime _due;
    private TimeSpan _left;

    /// <summary>Begins to wait.</summary>
    /// <param name="world">The world.</param>
    /// <param name="kind">What for, in the trace.</param>
    /// <param name="duration">How long.</param>
    /// <param name="over">Called when it is over.</param>
    public Waiting(World world, string kind, TimeSpan duration, Action over)
    {
        _world = world;
        _kind = kind;
        _over = over;
        _left = duration;
        Release();
    }

    /// <summary>What is left of it.</summary>
    public TimeSpan Left => _pending is null ? _left : _due - _world.Now;

    /// <summary>Ends it where it is.</summary>
    public void Stop() => Hold();

    /// <summary>Freezes it.</summary>
    public void Hold()
    {
        _left = Left;
        _pending?.Withdraw();
        _pending = null;
    }

    /// <summary>Lets it go on.</summary>
    public void Release()
    {
        if (_pending is not null)
        {
            return;
        }

        _due = _world.Now + _left;
        _pending = _world.After(_left, _kind, Over);
    }

    private void Over()
    {
        _left = TimeSpan.Zero;
        _pending = null;
        _over();
    }
}
