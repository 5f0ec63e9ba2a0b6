using Akka.Actor;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Devices;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Ports;

/// <summary>
/// Runs jobs of a node's devices on the node's own executor. A result is told when it is really there. Executors start jobs in the order of submission, so that as many waiting
/// threads as there are computing ones, each with the oldest job that nobody waits for, are never late.
/// </summary>
internal sealed class LiveCompute : IDisposable
{
    private readonly IExecutor _executor;
    private readonly Action<Exception> _failed;
    private readonly Dictionary<DeviceId, Holdings> _devices = [];
    private readonly Queue<Pending> _pending = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Starts the waiting threads.</summary>
    /// <param name="executor">Where jobs run.</param>
    /// <param name="threads">Its number of threads.</param>
    /// <param name="failed">Told of a job that failed for a real reason.</param>
    public LiveCompute(IExecutor executor, int threads, Action<Exception> failed)
    {
        _executor = executor;
        _failed = failed;
        for (var number = 0; number < threads; number++)
        {
            new Thread(Wait) { IsBackground = true, Name = FormattableString.Invariant($"nmoe-live-wait-{number}") }.Start();
        }
    }

    /// <summary>Starts a job; its result is told to the device's actor.</summary>
    /// <exception cref="SimulationRuleException">The job names a blob that the device neither made nor received.</exception>
    public void Submit(DeviceId device, Federation.Roles.Compute compute, IActorRef actor)
    {
        lock (_pending)
        {
            var holdings = Of(device);
            holdings.Check(compute.Job);
            _pending.Enqueue(new(device, holdings, compute.Tag, _executor.Submit(compute.Job), actor));
            Monitor.Pulse(_pending);
        }
    }

    /// <summary>Lets a device use blobs that reached it, or that it kept.</summary>
    public void Grant(DeviceId device, IEnumerable<BlobRef> blobs)
    {
        lock (_pending)
        {
            Of(device).Add(blobs);
        }
    }

    /// <summary>A device went dark: results of its jobs are told to nobody, and its blobs are gone but for those that it persisted.</summary>
    public void Forget(DeviceId device, IEnumerable<BlobRef> persisted)
    {
        lock (_pending)
        {
            _devices.Remove(device);
            Of(device).Add(persisted);
        }
    }

    /// <summary>Tells of no result any more.</summary>
    public void Dispose()
    {
        lock (_pending)
        {
            _stop.Cancel();
            Monitor.PulseAll(_pending);
        }
    }

    private Holdings Of(DeviceId device)
    {
        if (!_devices.TryGetValue(device, out var holdings))
        {
            _devices[device] = holdings = new(device);
        }

        return holdings;
    }

    private void Wait()
    {
        try
        {
            while (Next() is { } job)
            {
                Tell(job, job.Handle.Wait(_stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over, or the executor was stopped: nobody waits for results.
        }
        catch (JobFailedException failure)
        {
            _failed(failure);
        }
    }

    private Pending? Next()
    {
        lock (_pending)
        {
            while (_pending.Count == 0 && !_stop.IsCancellationRequested)
            {
                Monitor.Wait(_pending);
            }

            return _stop.IsCancellationRequested ? null : _pending.Dequeue();
        }
    }

    private void Tell(Pending job, NMoE.Compute.Jobs.JobResult result)
    {
        lock (_pending)
        {
            // A device that went dark since then has other holdings.
            if (!_devices.TryGetValue(job.Device, out var holdings) || holdings != job.Holdings)
            {
                return;
            }

            holdings.Add(result.Outputs);
        }

        job.Actor.Tell(new JobFinished(job.Tag, result), ActorRefs.NoSender);
    }

    private sealed record Pending(DeviceId Device, Holdings Holdings, JobTag Tag, IJobHandle Handle, IActorRef Actor);
}
