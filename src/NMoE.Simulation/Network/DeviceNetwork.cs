using Akka.Actor;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Tracing;

namespace NMoE.Simulation.Network;

/// <summary>The only way between devices. Knows which actor is behind a device; roles know ids only.</summary>
/// <param name="world">The world.</param>
/// <param name="channel">What a transfer costs.</param>
/// <param name="delivered">Called for each transfer that arrives, before its receiver is told: what came with it may be used from now on.</param>
public sealed class DeviceNetwork(World world, IChannel channel, Action<Transfer> delivered)
{
    private readonly ByDevice<Endpoint> _endpoints = new();
    private readonly FlightList<Flight.InAll> _inFlight = new();
    private readonly Dictionary<string, TraceName> _kinds = new(StringComparer.Ordinal);

    // How often each message was sent: by sender, receiver, stage, kind and occasion, hashed. Counted where chance goes by it.
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
    public void Attach(DeviceId device, IActorRef actor) => Of(device).Actor = actor;

    /// <summary>What a device finds when it measures its own access.</summary>
    public AccessConditions Sense(DeviceId device) => channel.Sense(device);

    /// <summary>A device went dark: transfers from and to it stop in flight and are lost.</summary>
    public void Detach(DeviceId device)
    {
        if (_endpoints[device] is { Actor: not null } endpoint)
        {
            endpoint.Actor = null;

            // What goes from a device to itself is in both lists.
            StopFlights([.. endpoint.Sent.All.Concat(endpoint.Coming.All.Where(flight => flight.Transfer.From != device)).OrderBy(flight => flight.Number)]);
        }
    }

    /// <summary>Cuts all paths between two sets of devices: transfers in flight are lost, and so is what is sent until <see cref="Repair"/>; none of its bytes leave the sender.</summary>
    public void Partition(Between sides)
    {
        _partitions.Add(sides);
        StopFlights([.. _inFlight.All.Where(flight => sides.Holds(flight.Transfer))]);
    }

    /// <summary>Ends a partition. Paths that another one cuts too stay cut.</summary>
    /// <exception cref="SimulationException">There is no such partition.</exception>
    public void Repair(Between sides) => Remove(_partitions, sides, "partition", "repaired");

    /// <summary>Freezes all transfers between two sets of devices, and those that begin, until <see cref="Release"/>.</summary>
    public void Hold(Between sides)
    {
        _holds.Add(sides);
        foreach (var flight in _inFlight.All)
        {
            HoldIfHeld(flight);
        }
    }

    /// <summary>Ends a hold: transfers go on from where they were, unless another one holds them too.</summary>
    /// <exception cref="SimulationException">There is no such hold.</exception>
    public void Release(Between sides)
    {
        Remove(_holds, sides, "hold", "released");
        foreach (var flight in _inFlight.All)
        {
            if (sides.Holds(flight.Transfer) && !AnyHolds(_holds, flight.Transfer))
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
        var numbered = (channel.DrawsChance || !Faults.IsEmpty) && Attempt(transfer) is > 0 and var attempt ? transfer with { Number = attempt } : transfer;
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
        // A server has flights with all clients, a client with few.
        return to.IsClient ? Of(to).Coming.Carries(from, to, which) : Of(from).Sent.Carries(from, to, which);
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
        if (_partitions.Count > 0 && AnyHolds(_partitions, transfer))
        {
            Lose(number, transfer, default);
            return;
        }

        var flight = new Flight(this, number, transfer, verdict);
        flight.Depart(world, after);
        _inFlight.Add(flight);
        Of(transfer.From).Sent.Add(flight);
        Of(transfer.To).Coming.Add(flight);
        HoldIfHeld(flight);
    }

    /// <summary>A flight leaves its sender.</summary>
    internal IFlight Begin(Flight flight, Action<FlightEnd> ended)
    {
        Energy?.RadioOn(flight.Transfer, world.Now);
        return channel.Begin(flight.Transfer, ended);
    }

    private void Forget(Flight flight)
    {
        _inFlight.Remove(flight);
        Of(flight.Transfer.From).Sent.Remove(flight);
        Of(flight.Transfer.To).Coming.Remove(flight);
    }

    private Endpoint Of(DeviceId device) => _endpoints[device] ?? (_endpoints[device] = new Endpoint(device));

    private TraceName Kind(string kind)
    {
        if (!_kinds.TryGetValue(kind, out var name))
        {
            _kinds[kind] = name = new TraceName(kind);
        }

        return name;
    }

    private static void Remove(List<Between> from, Between sides, string what, string done)
    {
        if (!from.Remove(sides))
        {
            throw new SimulationException($"There is no {what} between {sides}: it must begin before it is {done}, between the same two sets of devices.");
        }
    }

    private void HoldIfHeld(Flight flight)
    {
        if (_holds.Count > 0 && AnyHolds(_holds, flight.Transfer))
        {
            flight.Hold();
        }
    }

    // In a method of its own: the closure is made anew at each call, and most networks are whole.
    private static bool AnyHolds(List<Between> sides, Transfer transfer) => sides.Exists(each => each.Holds(transfer));

    private void StopFlights(Flight[] flights)
    {
        foreach (var flight in flights)
        {
            flight.Stop();
            Forget(flight);
            if (flight.HasLeft)
            {
                Energy?.RadioOff(flight.Transfer, flight.OnAir, 0, world.Now);
            }

            Lose(flight.Number, flight.Transfer, flight.OnAir);
        }
    }

    /// <summary>A flight has come to its end.</summary>
    internal void End(Flight flight, FlightEnd end)
    {
        var transfer = flight.Transfer;
        Forget(flight);
        var air = flight.OnAir;
        var arrived = end == FlightEnd.Arrived && flight.Verdict is not Drop && Of(transfer.To).Actor is not null;
        Energy?.RadioOff(transfer, air, arrived ? air.Total : 0, world.Now);
        if (!arrived || flight.Verdict is Corrupt)
        {
            Lose(flight.Number, transfer, air);
            if (arrived)
            {
                AskAgain(transfer);
            }

            return;
        }

        Ledger.Delivered(transfer, air);
        Observer?.Ended(world.Now, flight.Number, TransferEnd.Delivered, air);
        world.Trace.Event(world.Now, Of(transfer.From).Name, Of(transfer.To).Name, Kind(transfer.Kind), transfer.Bytes);
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
        Of(transfer.To).Actor!.Tell(new Delivery(transfer.From, transfer.Message), ActorRefs.NoSender);
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
        world.Trace.Event(world.Now, Of(transfer.From).Name, Of(transfer.To).Name, Kind(transfer.Kind + " lost"), transfer.Bytes);
    }

    /// <summary>A device as the network knows it.</summary>
    private sealed class Endpoint(DeviceId device)
    {
        /// <summary>Who is behind it; null while it is dark.</summary>
        public IActorRef? Actor { get; set; }

        public TraceName Name { get; } = new(device.ToString());

        public FlightList<Flight.InSent> Sent { get; } = new();

        public FlightList<Flight.InComing> Coming { get; } = new();
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
