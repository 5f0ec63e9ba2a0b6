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
/// <param name="flopPerSecond">Speed of each device, in FLOP/s.</param>
/// <param name="cancellation">Ends a wait for real work.</param>
public sealed class ComputePort(World world, IExecutor executor, Func<DeviceId, double> flopPerSecond, CancellationToken cancellation)
{
    private readonly ByDevice<DeviceWork> _devices = new();
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<DeviceId, double> _slowness = [];

    /// <summary>Sees each job; null for nobody.</summary>
    public IJobObserver? Observer { get; init; }

    /// <summary>Whether it is known who has which blob: where blobs are sizes alone there is nothing to have.</summary>
    public bool KnowsHoldings { get; init; } = true;

    /// <summary>The energy of the devices, if somebody counts it. A job counts when it is begun, whether or not its device lives to its end.</summary>
    public EnergyLedger? Energy { get; init; }

    /// <summary>Starts a job. Its result is told to the device's actor when its virtual duration is over.</summary>
    /// <exception cref="SimulationRuleException">The job names a blob that the device neither made nor received.</exception>
    public void Submit(DeviceId device, Roles.Compute compute, IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(compute);
        var work = Of(device);
        if (KnowsHoldings)
        {
            work.Holdings.Check(compute.Job);
        }

        var job = new PendingJob(this, device, work, compute, executor.Submit(compute.Job), actor);
        work.Pending.Add(job);
        Energy?.Computed(device, compute.Flops);
        Schedule(device, work, job);
        Observer?.Began(job.Start, device, job.Number, compute.Job.Kind);
    }

    private void Schedule(DeviceId device, DeviceWork work, PendingJob job)
    {
        job.Start = work.BusyUntil.CompareTo(world.Now) > 0 ? work.BusyUntil : world.Now;
        var flops = job.Compute.Flops * (_slowness.Count == 0 ? 1 : _slowness.GetValueOrDefault(device, 1));
        work.BusyUntil = job.Start + Duration.Of(flops, flopPerSecond(device));
        Drag(device, job, flops - job.Compute.Flops);
        job.End = world.After(work.BusyUntil - world.Now, Words(job.Compute.Job.Kind), job.Ended);
    }

    /// <summary>A slow device computes longer at the same power.</summary>
    private void Drag(DeviceId device, PendingJob job, double flops)
    {
        if (flops != job.Dragged)
        {
            Energy?.Dragged(device, flops - job.Dragged);
            job.Dragged = flops;
        }
    }

    private void End(DeviceId device, DeviceWork work, PendingJob job)
    {
        work.Pending.Remove(job);
        Observer?.Ended(world.Now, device, job.Number);
        var result = job.Handle.Wait(cancellation);
        Grant(device, result.Outputs);
        job.Actor.Tell(new JobFinished(job.Compute.Tag, result), ActorRefs.NoSender);
    }

    private string Words(string kind)
    {
        if (!_words.TryGetValue(kind, out var words))
        {
            _words[kind] = words = "job " + kind;
        }

        return words;
    }

    /// <summary>Jobs that a device begins from now on take so many times as long, those included that it was given before.</summary>
    /// <param name="device">Device.</param>
    /// <param name="factor">At least 1, where 1 is its own speed.</param>
    public void Slow(DeviceId device, double factor)
    {
        _slowness[device] = factor;
        var work = Of(device);
        var waiting = work.Pending.Where(HasNotBegun).ToArray();
        if (waiting.Length > 0)
        {
            work.BusyUntil = waiting[0].Start;
        }

        foreach (var job in waiting)
        {
            job.End!.Withdraw();
            Schedule(device, work, job);
            Observer?.Moved(job.Start, device, job.Number);
        }
    }

    private bool HasNotBegun(PendingJob job) => job.Start.CompareTo(world.Now) > 0;

    /// <summary>Lets a device use blobs that reached it.</summary>
    public void Grant(DeviceId device, IEnumerable<BlobRef> blobs)
    {
        if (KnowsHoldings)
        {
            Of(device).Holdings.Add(blobs);
        }
    }

    /// <summary>A device went dark: its jobs are forgotten, and its memory but for what it persisted.</summary>
    public void Forget(DeviceId device, IEnumerable<BlobRef> persisted)
    {
        foreach (var job in Of(device).Pending)
        {
            job.End!.Withdraw();
            Observer?.Ended(world.Now, device, job.Number);
            if (HasNotBegun(job))
            {
                Energy?.Computed(device, -job.Compute.Flops);
                Drag(device, job, 0);
            }
        }

        _devices[device] = null;
        Grant(device, persisted);
    }

    private DeviceWork Of(DeviceId device) => _devices[device] ?? (_devices[device] = new DeviceWork(device));

    private sealed class DeviceWork(DeviceId device)
    {
        private Holdings? _holdings;

        public Holdings Holdings => _holdings ??= new(device);

        /// <summary>In the order in which they were given.</summary>
        public List<PendingJob> Pending { get; } = [];

        public VirtualTime BusyUntil { get; set; }

        public long Submitted { get; set; }
    }

    private sealed class PendingJob(ComputePort port, DeviceId device, DeviceWork work, Roles.Compute compute, IJobHandle handle, IActorRef actor)
    {
        public long Number { get; } = work.Submitted++;

        public Roles.Compute Compute => compute;

        public IJobHandle Handle => handle;

        public IActorRef Actor => actor;

        public VirtualTime Start { get; set; }

        public IPendingAction? End { get; set; }

        /// <summary>FLOP that it could have done in the time that it takes longer.</summary>
        public double Dragged { get; set; }

        public void Ended() => port.End(device, work, this);
    }
}

/// <summary>A role did what no device could do.</summary>
public sealed class SimulationRuleException(string message) : Exception(message);
