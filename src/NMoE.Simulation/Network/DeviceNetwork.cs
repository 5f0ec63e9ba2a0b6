using Akka.Actor;
using NMoE.Simulation.Loop;

namespace NMoE.Simulation.Network;

/// <summary>The only way between devices. Knows which actor is behind a device; roles know ids only.</summary>
/// <param name="world">The world.</param>
/// <param name="channel">What a transfer costs.</param>
/// <param name="delivered">Called for each transfer that arrives, before its receiver is told: what came with it may be used from now on.</param>
public sealed class DeviceNetwork(World world, IChannel channel, Action<Transfer> delivered)
{
    private readonly SortedDictionary<DeviceId, IActorRef> _actors = [];
    private readonly SortedDictionary<long, (Transfer Transfer, IFlight Flight)> _inFlight = [];
    private readonly List<Between> _partitions = [];
    private readonly List<Between> _holds = [];
    private long _begun;

    /// <summary>The bytes of this network.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>The energy of its devices, if somebody counts it.</summary>
    public EnergyLedger? Energy { get; init; }

    /// <summary>Puts an actor behind a device.</summary>
    public void Attach(DeviceId device, IActorRef actor) => _actors[device] = actor;

    /// <summary>A device went dark: transfers from and to it stop in flight and are lost.</summary>
    public void Detach(DeviceId device)
    {
        if (_actors.Remove(device))
        {
            StopFlights(transfer => transfer.From == device || transfer.To == device);
        }
    }

    /// <summary>Cuts all paths between two sets of devices: transfers in flight are lost, and so is what is sent until <see cref="Repair"/>; none of its bytes leave the sender.</summary>
    public void Partition(Between sides)
    {
        _partitions.Add(sides);
        StopFlights(sides.Holds);
    }

    /// <summary>Ends a partition. Paths that another one cuts too stay cut.</summary>
    /// <exception cref="SimulationException">There is no such partition.</exception>
    public void Repair(Between sides) => Remove(_partitions, sides, "partition", "repaired");

    /// <summary>Freezes all transfers between two sets of devices, and those that begin, until <see cref="Release"/>.</summary>
    public void Hold(Between sides)
    {
        _holds.Add(sides);
        foreach (var (transfer, flight) in _inFlight.Values)
        {
            HoldIfHeld(transfer, flight);
        }
    }

    /// <summary>Ends a hold: transfers go on from where they were, unless another one holds them too.</summary>
    /// <exception cref="SimulationException">There is no such hold.</exception>
    public void Release(Between sides)
    {
        Remove(_holds, sides, "hold", "released");
        foreach (var (transfer, flight) in _inFlight.Values)
        {
            if (sides.Holds(transfer) && !_holds.Exists(hold => hold.Holds(transfer)))
            {
                flight.Release();
            }
        }
    }

    /// <summary>Sends a message.</summary>
    public void Send(Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        var numbered = transfer with { Number = Ledger.Sent(transfer) };
        if (_partitions.Exists(partition => partition.Holds(numbered)))
        {
            Lose(numbered, default);
            return;
        }

        Energy?.RadioOn(numbered, world.Now);
        var number = _begun++;
        var flight = channel.Begin(numbered, end => End(number, end));
        _inFlight[number] = (numbered, flight);
        HoldIfHeld(numbered, flight);
    }

    private static void Remove(List<Between> from, Between sides, string what, string done)
    {
        if (!from.Remove(sides))
        {
            throw new SimulationException($"There is no {what} between {sides}: it must begin before it is {done}, between the same two sets of devices.");
        }
    }

    private void HoldIfHeld(Transfer transfer, IFlight flight)
    {
        if (_holds.Exists(hold => hold.Holds(transfer)))
        {
            flight.Hold();
        }
    }

    private void StopFlights(Predicate<Transfer> which)
    {
        foreach (var (number, (transfer, flight)) in _inFlight.Where(item => which(item.Value.Transfer)).ToArray())
        {
            flight.Stop();
            _inFlight.Remove(number);
            Energy?.RadioOff(transfer, flight.OnAir, 0, world.Now);
            Lose(transfer, flight.OnAir);
        }
    }

    private void End(long number, FlightEnd end)
    {
        var (transfer, flight) = _inFlight[number];
        _inFlight.Remove(number);
        var air = flight.OnAir;
        var reached = end == FlightEnd.Arrived && _actors.ContainsKey(transfer.To);
        Energy?.RadioOff(transfer, air, reached ? air.Total : 0, world.Now);
        if (!reached)
        {
            Lose(transfer, air);
            return;
        }

        Ledger.Delivered(transfer, air);
        world.Trace.Event(world.Now, transfer.From.ToString(), transfer.To.ToString(), transfer.Kind, transfer.Bytes);
        delivered(transfer);
        _actors[transfer.To].Tell(new Delivery(transfer.From, transfer.Message), ActorRefs.NoSender);
    }

    private void Lose(Transfer transfer, AirBytes air)
    {
        Ledger.Lost(transfer, air);
        world.Trace.Event(world.Now, transfer.From.ToString(), transfer.To.ToString(), transfer.Kind + " lost", transfer.Bytes);
    }
}

/// <summary>What a device is told when a message has arrived.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="Message">What was sent.</param>
public sealed record Delivery(DeviceId From, object Message);
