using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Cluster.Live.Persistence;
using NMoE.Federation.Devices;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;
using IMessage = NMoE.Federation.Protocol.IMessage;

namespace NMoE.Cluster.Live.Ports;

/// <summary>
/// The doors of a node's devices, in a live run: the wall clock, the node's network and executor, and its files. What a server persists is kept by a second node before anyone
/// sees the server's effects; its messages may set out before, but for their last chunk. Called by the actors of all devices of the node, on whatever threads these run.
/// </summary>
/// <param name="clock">Time since the run began.</param>
/// <param name="jobs">Runs jobs.</param>
/// <param name="files">What devices persisted.</param>
/// <param name="node">The node's own actor.</param>
internal sealed class LivePorts(LiveClock clock, LiveCompute jobs, DurableFiles files, IActorRef node) : IDevicePorts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceId, object> _persisted = [];
    private readonly Dictionary<DeviceId, IActorRef> _actors = [];
    private readonly Dictionary<DeviceId, IActorRef> _hosts = [];
    private readonly Dictionary<DeviceId, CommitGate> _gates = [];
    private readonly Outbox _outbox = new(replica => node.Tell(new LocalReplica(replica), ActorRefs.NoSender));
    private readonly SortedDictionary<long, Transfer> _inFlight = [];
    private readonly SortedDictionary<DeviceId, string?> _work = [];
    private readonly Ledger _ledger = new();
    private readonly SortedSet<long> _heldBack = [];
    private readonly List<(DeviceId From, Action SetOut)> _early = [];
    private bool _serversAreThere;
    private long _sent;

    /// <summary>The node's network; set before the first device starts.</summary>
    public IActorRef Network { get; set; } = ActorRefs.Nobody;

    /// <summary>What a device finds of its access; set likewise.</summary>
    public Func<DeviceId, SensedAccess> Access { get; init; } = _ => new(0, 0);

    public VirtualTime Now => clock.Now;

    public SensedAccess Sense(DeviceId device) => Access(device);

    /// <summary>The bytes of what this node's devices sent.</summary>
    public ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> Counts => Locked(() => _ledger.Entries);

    /// <summary>Devices that have said whether they have work left, and what they wait for; null where they have none.</summary>
    public ImmutableSortedDictionary<DeviceId, string?> Work => Locked(() => _work.ToImmutableSortedDictionary());

    /// <summary>Whether a message of this node has not come to its end, as far as is known here.</summary>
    public bool HasUnderWay => Locked(() => _inFlight.Count > 0);

    public object? Persisted(DeviceId device) => Locked(() =>
    {
        if (!_persisted.TryGetValue(device, out var durable) && files.Read(device) is { } kept)
        {
            _persisted[device] = durable = DurableFormat.Read(device, kept.Durable);
            GateOf(device).Recovered(kept.Version);
        }

        return durable;
    });

    public void Persist(DeviceId device, object durable) => Locked(() =>
    {
        if (!ReferenceEquals(_persisted.GetValueOrDefault(device), durable))
        {
            _persisted[device] = durable;
            var (version, bytes) = (GateOf(device).Persisted(), DurableFormat.Write(durable));
            files.Write(device, version, bytes);
            if (device.IsClient)
            {
                GateOf(device).Committed(version);
            }
            else
            {
                _outbox.Persisted(new(device, version, bytes, [.. NamedBlobs.In(durable).Distinct()]));
            }
        }
    });

    public void Decided(DeviceId device) => Locked(() => _outbox.Decided(device));

    /// <summary>What a server persisted is kept by a second node, or there is none to keep it.</summary>
    public void Committed(DeviceId device, long version) => Locked(() => GateOf(device).Committed(version));

    /// <summary>
    /// Both servers of this node are on: what they have said sets out. The first thing that one says is for the other, which on one processor is often not on yet; lost, it would be asked for only
    /// once patience is over.
    /// </summary>
    public void ServersAreThere() => Locked(() =>
    {
        _serversAreThere = true;
        _early.ForEach(early => early.SetOut());
        _early.Clear();
    });

    /// <summary>Another node is to keep what the servers persist.</summary>
    public void KeeperChanged() => Locked(() =>
    {
        foreach (var gate in _gates.Values)
        {
            gate.KeeperChanged();
        }
    });

    public void Register(DeviceId device, IActorRef host) => Locked(() => _hosts[device] = host);

    public void Attach(DeviceId device, IActorRef actor)
    {
        jobs.Grant(device, NamedBlobs.In(Persisted(device)));
        Locked(() => _actors[device] = actor);
    }

    /// <summary>Whether a device of this node is on.</summary>
    public bool IsAttached(DeviceId device) => Locked(() => _actors.ContainsKey(device));

    public void GoDark(DeviceId device)
    {
        Locked(() =>
        {
            _actors.Remove(device);
            GateOf(device).Drop();
            // The network never hears of them, and so cannot say how they end.
            foreach (var number in _heldBack.Where(number => _inFlight[number].From == device).ToArray())
            {
                _heldBack.Remove(number);
                Ended(number, TransferEnd.Lost, 0);
            }

            _early.RemoveAll(early => early.From == device);
        });
        Network.Tell(new Dark(device), ActorRefs.NoSender);
        jobs.Forget(device, NamedBlobs.In(Persisted(device)));
    }

    public void Send(Transfer transfer) => Locked(() =>
    {
        var number = _sent++;
        _ledger.Sent(transfer);
        _inFlight[number] = transfer;
        _heldBack.Add(number);
        void SetOut()
        {
            _heldBack.Remove(number);
            Network.Tell(new Outgoing(number, transfer), ActorRefs.NoSender);
        }

        void ToOneThatIsThere(Action setOut)
        {
            if (_serversAreThere || transfer.From.IsClient)
            {
                setOut();
            }
            else
            {
                _early.Add((transfer.From, setOut));
            }
        }

        // Nodes that have not begun yet, or look for the sender elsewhere, would not hear of it.
        var gate = GateOf(transfer.From);
        if (gate.IsKnown)
        {
            ToOneThatIsThere(SetOut);
        }
        else
        {
            gate.Do(() => ToOneThatIsThere(SetOut));
        }

        gate.Do(() => ToOneThatIsThere(() => Network.Tell(new Released(number), ActorRefs.NoSender)));
    });

    /// <summary>A message of this node has come to its end.</summary>
    /// <param name="number">As it was sent.</param>
    /// <param name="end">What became of it.</param>
    /// <param name="left">Bytes of it that had left.</param>
    public void Ended(long number, TransferEnd end, long left) => Locked(() =>
    {
        if (_inFlight.Remove(number, out var transfer))
        {
            var air = new AirBytes(left, 0);
            if (end == TransferEnd.Delivered)
            {
                _ledger.Delivered(transfer, air);
            }
            else
            {
                _ledger.Lost(transfer, air);
            }
        }
    });

    public bool Carries(DeviceId from, DeviceId to, Predicate<object> which) =>
        Locked(() => _inFlight.Values.Any(transfer => transfer.From == from && transfer.To == to && which(transfer.Message)));

    /// <summary>A message has arrived for a device of this node, with its blobs.</summary>
    /// <returns>Whether the device is on.</returns>
    public bool Deliver(DeviceId from, DeviceId to, IMessage message)
    {
        if (Locked(() => _actors.GetValueOrDefault(to)) is not { } actor)
        {
            return false;
        }

        jobs.Grant(to, message.Blobs);
        actor.Tell(new Delivery(from, message), ActorRefs.NoSender);
        return true;
    }

    public void Submit(DeviceId device, Federation.Roles.Compute compute, IActorRef actor) => jobs.Submit(device, compute, actor);

    public void Await(DeviceId device, string what) => SetWork(device, what);

    public bool IsAwaited(DeviceId device) => Locked(() => _work.GetValueOrDefault(device) is not null);

    public bool IsReplaceable(DeviceId device) => false;

    public void Finish(DeviceId device) => Locked(() => GateOf(device).Do(() => SetWork(device, null)));

    public void Observe(DeviceId device, Observation observation) => Locked(() =>
    {
        var seen = new Seen(clock.Now, observation);
        if (!_outbox.Takes(device, seen))
        {
            GateOf(device).Do(() => node.Tell(new LocalSeen(seen), ActorRefs.NoSender));
        }
    });

    public void Fail(Exception reason) => node.Tell(new LocalFailure(reason.Message), ActorRefs.NoSender);

    public DeviceCrashedException? Misbehaved(DeviceId device, IActorRef actor, Exception failure)
    {
        node.Tell(new LocalBug(device, failure), ActorRefs.NoSender);
        return new DeviceCrashedException($"its role failed: {failure.Message}");
    }

    public void Retire(IEnumerable<DeviceId> devices) => Locked(() =>
    {
        foreach (var device in devices)
        {
            GateOf(device).Do(() => _hosts.GetValueOrDefault(device)?.Tell(new SwitchOff(), ActorRefs.NoSender));
        }
    });

    private void SetWork(DeviceId device, string? what) => Locked(() =>
    {
        _work[device] = what;
        node.Tell(new WorkChanged(), ActorRefs.NoSender);
    });

    private CommitGate GateOf(DeviceId device)
    {
        if (!_gates.TryGetValue(device, out var gate))
        {
            _gates[device] = gate = new();
        }

        return gate;
    }

    private void Locked(Action action)
    {
        lock (_lock)
        {
            action();
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
