using NMoE.Simulation.Loop;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Network.Paths;
using NMoE.Simulation.Network.Sharing;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>
/// Every device has an uplink and a downlink, which concurrent transfers share max-min fairly, and every path from one device to another has a delay and loses
/// packets. A transfer's bits flow at the rate of its share; its last bit then takes the path's delay. Packets that were lost flow again after a
/// round trip, in rounds, until none is missing or the rounds are used up. All that starts, ends and changes at one instant leads to one
/// recomputation of rates, at the end of the instant; <see cref="FairSharing"/> says how, and what it costs.
/// </summary>
public sealed class SharedChannel : IChannel
{
    // What a delay that does not depend on chance is drawn with.
    private const double Half = 0.5;
    private readonly World _world;
    private readonly ulong _seed;
    private readonly Func<DeviceId, AccessSchedule> _access;
    private readonly Func<DeviceId, DeviceId, PathConditions> _paths;
    private readonly FairSharing _sharing = new();
    private readonly ByDevice<DeviceAccess> _devices = new();
    private IPendingAction? _nextEnd;
    private VirtualTime? _nextEndAt;
    private bool _settles;

    /// <summary>Makes a channel without transfers.</summary>
    /// <param name="world">The world whose clock it uses.</param>
    /// <param name="seed">Seed of delays and losses.</param>
    /// <param name="packets">How messages are cut into packets.</param>
    /// <param name="access">Each device's access; asked once a device.</param>
    /// <param name="paths">The path from one device to another; asked once a transfer.</param>
    public SharedChannel(
        World world, ulong seed, Packets packets, Func<DeviceId, AccessSchedule> access, Func<DeviceId, DeviceId, PathConditions> paths)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(packets);
        ArgumentNullException.ThrowIfNull(access);
        ArgumentNullException.ThrowIfNull(paths);
        _world = world;
        _seed = seed;
        _access = access;
        _paths = paths;
        Packets = packets;
    }

    /// <summary>
    /// The device whose access another one uses. The default is its own. Devices with one access are in one place: what goes between them takes no time, and none of it
    /// is on the air.
    /// </summary>
    public Func<DeviceId, DeviceId> AccessOf { get; init; } = device => device;

    /// <inheritdoc/>
    public bool DrawsChance { get; init; } = true;

    /// <summary>Whether a transfer is no faster than <see cref="TcpBound"/>. The default is that its links alone decide.</summary>
    public bool IsTcp { get; init; }

    /// <summary>How often rates were computed anew.</summary>
    public long Recomputations => _sharing.Recomputations;

    internal Packets Packets { get; }

    internal World World => _world;

    internal VirtualTime Now => _world.Now;

    /// <inheritdoc/>
    public IFlight Begin(Transfer transfer, Action<FlightEnd> ended)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        ArgumentNullException.ThrowIfNull(ended);
        var (sender, receiver) = (AccessOf(transfer.From), AccessOf(transfer.To));
        if (sender == receiver)
        {
            return new LocalFlight(_world, ended);
        }

        var (from, to) = (Of(sender), Of(receiver));
        from.Join();
        to.Join();
        var path = _paths(transfer.From, transfer.To);
        var chance = DrawsChance ? new MessageChance(_seed, transfer) : default;
        var delay = path.Delay.Draw(DrawsChance ? chance.Delay() : Half) + from.Conditions.Delay + to.Conditions.Delay;
        return new SharedFlight(this, from, to, path.Loss, chance, delay, transfer.Bytes, ended) { AnalogTime = transfer.AnalogTime };
    }

    /// <inheritdoc/>
    public AccessConditions Sense(DeviceId device) => Of(AccessOf(device)).Now;

    internal Flow StartFlow(SharedFlight flight, long bytes)
    {
        SettleLater();
        return _sharing.Start(flight.From.Up, flight.To.Down, checked(8 * bytes), flight);
    }

    internal void StopFlow(Flow flow)
    {
        SettleLater();
        _sharing.Stop(flow, Now);
    }

    internal void ResumeFlow(Flow flow)
    {
        SettleLater();
        _sharing.Resume(flow);
    }

    private DeviceAccess Of(DeviceId device) => _devices[device] ?? (_devices[device] = new DeviceAccess(_world, _access(device), _sharing, SettleLater));

    private void SettleLater()
    {
        if (!_settles)
        {
            _settles = true;
            _world.AtInstantEnd(Settle);
        }
    }

    private void Settle()
    {
        _settles = false;
        foreach (var flow in _sharing.Settle(Now))
        {
            ((SharedFlight)flow.Owner!).RowSent();
        }

        if (_sharing.NextEnd != _nextEndAt)
        {
            _nextEnd?.Withdraw();
            _nextEndAt = _sharing.NextEnd;
            _nextEnd = _nextEndAt is { } at ? _world.After(at - Now, "last bit sent", EndLater) : null;
        }
    }

    private void EndLater()
    {
        _nextEndAt = null;
        SettleLater();
    }
}
