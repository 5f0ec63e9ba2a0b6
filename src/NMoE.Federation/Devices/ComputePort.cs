using Akka.Actor;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Roles;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Devices;

/// <summary>
/// Runs jobs of devices. A job's end is known at once, from its FLOP and the device's speed; the real work runs elsewhere, and the loop
/// waits for it only if virtual time gets there first. A device has one processor: its jobs follow each other.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="executor">Where the real work runs.</param>
/// <param name="flopPerSecond">Speed of every device, in FLOP/s.</param>
/// <param name="cancellation">Ends a wait for real work.</param>
public sealed class ComputePort(World world, IExecutor executor, double flopPerSecond, CancellationToken cancellation)
{
    private readonly SortedDictionary<DeviceId, DeviceWork> _devices = [];
    private readonly SortedDictionary<DeviceId, double> _slowness = [];

    /// <summary>Sees each job; null for nobody.</summary>
    public IJobObserver? Observer { get; init; }

    /// <summary>The energy of the devices, if somebody counts it. A job counts when it is begun, whether or not its device lives to its end.</summary>
    public EnergyLedger? Energy { get; init; }

    /// <summary>Starts a job. Its result is told to the device's actor when its virtual duration is over.</summary>
    /// <exception cref="SimulationRuleException">The job names a blob that the device neither made nor received.</exception>
    public void Submit(DeviceId device, Roles.Compute compute, IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(compute);
        var work = Of(device);
        foreach (var input in compute.Job.Inputs)
        {
            if (!work.Holdings.Contains(input.Hash))
            {
                throw new SimulationRuleException($"{device} names blob {input} in a job '{compute.Job.Kind}', but neither made nor received it.");
            }
        }

        var handle = executor.Submit(compute.Job);
        var start = work.BusyUntil.CompareTo(world.Now) > 0 ? work.BusyUntil : world.Now;
        work.BusyUntil = start + Duration.Of(compute.Flops * _slowness.GetValueOrDefault(device, 1), flopPerSecond);
        var number = work.Submitted++;
        Energy?.Computed(device, compute.Flops);
        Observer?.Began(start, device, number, compute.Job.Kind);
        work.Pending[number] = world.After(work.BusyUntil - world.Now, "job " + compute.Job.Kind, () =>
        {
            work.Pending.Remove(number);
            Observer?.Ended(world.Now, device, number);
            var result = handle.Wait(cancellation);
            Grant(device, result.Outputs);
            actor.Tell(new JobFinished(compute.Tag, result), ActorRefs.NoSender);
        });
    }

    /// <summary>Jobs that a device begins from now on take so many times as long.</summary>
    /// <param name="device">Device.</param>
    /// <param name="factor">At least 1, where 1 is its own speed.</param>
    public void Slow(DeviceId device, double factor) => _slowness[device] = factor;

    /// <summary>Lets a device use blobs that reached it.</summary>
    public void Grant(DeviceId device, IEnumerable<BlobRef> blobs) =>
        Of(device).Holdings.UnionWith(blobs.Select(blob => blob.Hash));

    /// <summary>A device went dark: its jobs are forgotten, and its memory but for what it persisted.</summary>
    public void Forget(DeviceId device, IEnumerable<BlobRef> persisted)
    {
        foreach (var (number, pending) in Of(device).Pending)
        {
            pending.Withdraw();
            Observer?.Ended(world.Now, device, number);
        }

        _devices.Remove(device);
        Grant(device, persisted);
    }

    private DeviceWork Of(DeviceId device)
    {
        if (!_devices.TryGetValue(device, out var work))
        {
            _devices[device] = work = new DeviceWork();
        }

        return work;
    }

    private sealed class DeviceWork
    {
        public SortedSet<BlobHash> Holdings { get; } = [];

        public SortedDictionary<long, IPendingAction> Pending { get; } = [];

        public VirtualTime BusyUntil { get; set; }

        public long Submitted { get; set; }
    }
}

/// <summary>A role did what no device could do.</summary>
public sealed class SimulationRuleException(string message) : Exception(message);
