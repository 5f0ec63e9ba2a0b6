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
    private readonly SortedDictionary<long, (Transfer Transfer, Departure Flight, Verdict Verdict)> _inFlight = [];

    // The same by sender and receiver: a device that asks what it is sending must not look through what all others are.
    private readonly Dictionary<(DeviceId From, DeviceId To), List<(long Number, object Message)>> _between = [];

    // How often each message was sent: by sender, receiver, stage, kind and occasion, hashed.
    private readonly Dictionary<ulong, int> _attempts = [];
    private readonly List<Between> _partitions = [];
    private readonly List<Between> _holds = [];
    private long _begun;

    /// <summary>The bytes of this network.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>Sees each transfer; null for nobody.</summary>
    public ITransferObserver? Observer { get; init; }

    /// <summary>What goes wrong with messages.</summary>
    public FaultRules Faults { get; init; } = FaultRules.None;

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
        foreach (var (transfer, flight, _) in _inFlight.Values)
        {
            HoldIfHeld(transfer, flight);
        }
    }

    /// <summary>Ends a hold: transfers go on from where they were, unless another one holds them too.</summary>
    /// <exception cref="SimulationException">There is no such hold.</exception>
    public void Release(Between sides)
    {
        Remove(_holds, sides, "hold", "released");
        foreach (var (transfer, flight, _) in _inFlight.Values)
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
        Ledger.Sent(transfer);
        var numbered = transfer with { Number = Attempt(transfer) };
        Depart(numbered, Faults.Judge(numbered, world.Now));
    }

    /// <summary>Counted among messages that are alike in all that chance goes by: no other message moves the count.</summary>
    private int Attempt(Transfer transfer)
    {
        var name = MessageChance.Name(transfer);
        var attempt = _attempts.GetValueOrDefault(name);
        _attempts[name] = attempt + 1;
        return attempt;
    }

    /// <summary>Whether a message is on its way from one device to another: the sender knows.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="which">The message.</param>
    public bool Carries(DeviceId from, DeviceId to, Predicate<object> which)
    {
        ArgumentNullException.ThrowIfNull(which);
        return _between.TryGetValue((from, to), out var flying) && flying.Exists(item => which(item.Message));
    }

    private void Depart(Transfer transfer, Verdict verdict)
    {
        Fly(transfer, verdict is Delay late ? late.By : TimeSpan.Zero, verdict);
        if (verdict is Duplicate twice)
        {
            Fly(Copy(transfer), twice.After, Verdict.Pass);
        }
    }

    private Transfer Copy(Transfer transfer)
    {
        var copy = transfer with { Copy = transfer.Copy + 1 };
        Ledger.Duplicated(copy);
        return copy;
    }

    private void Fly(Transfer transfer, TimeSpan after, Verdict verdict)
    {
        var number = _begun++;
        Observer?.Began(world.Now, number, transfer);
        if (_partitions.Exists(partition => partition.Holds(transfer)))
        {
            Lose(number, transfer, default);
            return;
        }

        var flight = new Departure(world, after, () =>
        {
            Energy?.RadioOn(transfer, world.Now);
            return channel.Begin(transfer, end => End(number, end));
        });
        Keep(number, transfer, flight, verdict);
        HoldIfHeld(transfer, flight);
    }

    private void Keep(long number, Transfer transfer, Departure flight, Verdict verdict)
    {
        _inFlight[number] = (transfer, flight, verdict);
        if (!_between.TryGetValue((transfer.From, transfer.To), out var flying))
        {
            _between[(transfer.From, transfer.To)] = flying = [];
        }

        flying.Add((number, transfer.Message));
    }

    private void Forget(long number, Transfer transfer)
    {
        _inFlight.Remove(number);
        var flying = _between[(transfer.From, transfer.To)];
        flying.RemoveAll(item => item.Number == number);
        if (flying.Count == 0)
        {
            _between.Remove((transfer.From, transfer.To));
        }
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
        foreach (var (number, (transfer, flight, _)) in _inFlight.Where(item => which(item.Value.Transfer)).ToArray())
        {
            flight.Stop();
            Forget(number, transfer);
            if (flight.HasLeft)
            {
                Energy?.RadioOff(transfer, flight.OnAir, 0, world.Now);
            }

            Lose(number, transfer, flight.OnAir);
        }
    }

    private void End(long number, FlightEnd end)
    {
        var (transfer, flight, verdict) = _inFlight[number];
        Forget(number, transfer);
        var air = flight.OnAir;
        var arrived = end == FlightEnd.Arrived && verdict is not Drop && _actors.ContainsKey(transfer.To);
        Energy?.RadioOff(transfer, air, arrived ? air.Total : 0, world.Now);
        if (!arrived || verdict is Corrupt)
        {
            Lose(number, transfer, air);
            if (arrived)
            {
                AskAgain(transfer);
            }

            return;
        }

        Ledger.Delivered(transfer, air);
        Observer?.Ended(world.Now, number, TransferEnd.Delivered, air);
        world.Trace.Event(world.Now, transfer.From.ToString(), transfer.To.ToString(), transfer.Kind, transfer.Bytes);
        Deliver(transfer);
    }

    private void Deliver(Transfer transfer)
    {
        if (transfer.Message is Resend { Damaged: var damaged })
        {
            var copy = Copy(damaged);
            Depart(copy, Faults.Judge(copy, world.Now));
            return;
        }

        delivered(transfer);
        _actors[transfer.To].Tell(new Delivery(transfer.From, transfer.Message), ActorRefs.NoSender);
    }

    /// <summary>A message whose checksum is wrong is asked for again, a few times; what a sender that crashed since then had sent is gone.</summary>
    private void AskAgain(Transfer damaged)
    {
        if (damaged.Copy < Resend.MostTimes && damaged.Message is not Resend)
        {
            Send(new Transfer(damaged.To, damaged.From, damaged.Stage, nameof(Resend), Resend.Bytes, new Resend(damaged)) { Occasion = damaged.Occasion });
        }
    }

    private void Lose(long number, Transfer transfer, AirBytes air)
    {
        Ledger.Lost(transfer, air);
        Observer?.Ended(world.Now, number, TransferEnd.Lost, air);
        world.Trace.Event(world.Now, transfer.From.ToString(), transfer.To.ToString(), transfer.Kind + " lost", transfer.Bytes);
    }
}

/// <summary>From the receiver of a damaged message to its sender: send it again.</summary>
/// <param name="Damaged">The message.</param>
internal sealed record Resend(Transfer Damaged)
{
    /// <summary>What it takes on the wire: the message's kind, its number and the checksum that was found.</summary>
    public const long Bytes = 24;

    /// <summary>So often at most, for one message.</summary>
    public const int MostTimes = 8;
}

/// <summary>What a device is told when a message has arrived.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="Message">What was sent.</param>
public sealed record Delivery(DeviceId From, object Message);
