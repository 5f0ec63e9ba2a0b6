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
    private readonly SortedDictionary<long, (Transfer Transfer, IPendingAction Arrival)> _inFlight = [];
    private long _begun;

    /// <summary>The bytes of this network.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>Sees each transfer; null for nobody.</summary>
    public ITransferObserver? Observer { get; init; }

    /// <summary>Puts an actor behind a device.</summary>
    public void Attach(DeviceId device, IActorRef actor) => _actors[device] = actor;

    /// <summary>A device went dark: transfers from and to it stop in flight and are lost.</summary>
    public void Detach(DeviceId device)
    {
        if (!_actors.Remove(device))
        {
            return;
        }

        foreach (var (number, (transfer, arrival)) in _inFlight.ToArray())
        {
            if (transfer.From == device || transfer.To == device)
            {
                arrival.Withdraw();
                _inFlight.Remove(number);
                Lose(number, transfer);
            }
        }
    }

    /// <summary>Sends a message.</summary>
    public void Send(Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        Ledger.Sent(transfer);
        var number = _begun++;
        Observer?.Began(world.Now, number, transfer);
        _inFlight[number] = (transfer, channel.Begin(transfer, () => Arrive(number, transfer)));
    }

    private void Arrive(long number, Transfer transfer)
    {
        _inFlight.Remove(number);
        if (!_actors.TryGetValue(transfer.To, out var actor))
        {
            Lose(number, transfer);
            return;
        }

        Ledger.Delivered(transfer);
        Observer?.Ended(world.Now, number, TransferEnd.Delivered);
        world.Trace.Event(world.Now, transfer.From.ToString(), transfer.To.ToString(), transfer.Kind, transfer.Bytes);
        delivered(transfer);
        actor.Tell(new Delivery(transfer.From, transfer.Message), ActorRefs.NoSender);
    }

    private void Lose(long number, Transfer transfer)
    {
        Ledger.Lost(transfer);
        Observer?.Ended(world.Now, number, TransferEnd.Lost);
        world.Trace.Event(world.Now, transfer.From.ToString(), transfer.To.ToString(), transfer.Kind + " lost", transfer.Bytes);
    }
}

/// <summary>What a device is told when a message has arrived.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="Message">What was sent.</param>
public sealed record Delivery(DeviceId From, object Message);
