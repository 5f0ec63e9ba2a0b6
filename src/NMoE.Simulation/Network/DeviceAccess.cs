using NMoE.Simulation.Loop;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Network.Sharing;

namespace NMoE.Simulation.Network;

/// <summary>A device's uplink and downlink. They follow its schedule while it has transfers: what nobody sees need not happen.</summary>
internal sealed class DeviceAccess
{
    private readonly World _world;
    private readonly AccessSchedule _schedule;
    private readonly FairSharing _sharing;
    private readonly Action _changed;
    private IPendingAction? _nextChange;
    private int _flights;

    /// <summary>Of a device.</summary>
    /// <param name="world">The world.</param>
    /// <param name="schedule">What its access is like, over time.</param>
    /// <param name="sharing">Who shares it.</param>
    /// <param name="changed">Called after its rates have changed.</param>
    public DeviceAccess(World world, AccessSchedule schedule, FairSharing sharing, Action changed)
    {
        _world = world;
        _schedule = schedule;
        _sharing = sharing;
        _changed = changed;
        Conditions = schedule.At(world.Now);
        Up = sharing.AddLink(Conditions.Up);
        Down = sharing.AddLink(Conditions.Down);
    }

    public SharedLink Up { get; }

    public SharedLink Down { get; }

    /// <summary>What holds now; up to date while there are transfers.</summary>
    public AccessConditions Conditions { get; private set; }

    /// <summary>What holds now, whether there are transfers or not.</summary>
    public AccessConditions Now => _schedule.At(_world.Now);

    /// <summary>A transfer from or to the device begins.</summary>
    public void Join()
    {
        if (_flights++ == 0)
        {
            Follow();
        }
    }

    /// <summary>A transfer from or to the device has come to an end.</summary>
    public void Leave()
    {
        if (--_flights == 0)
        {
            _nextChange?.Withdraw();
            _nextChange = null;
        }
    }

    private void Follow()
    {
        Conditions = _schedule.At(_world.Now);
        _sharing.SetRate(Up, Conditions.Up);
        _sharing.SetRate(Down, Conditions.Down);
        _changed();
        _nextChange = _schedule.NextChange(_world.Now) is { } at ? _world.After(at - _world.Now, "access changes", Follow) : null;
    }
}
