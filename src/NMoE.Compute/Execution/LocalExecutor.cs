using System.Collections.Concurrent;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Compute.Execution;

/// <summary>
/// Runs jobs in this process, on threads of its own, but for those that a carrier has computed elsewhere. A remembered job is answered by
/// <see cref="Submit"/> itself and does not wait behind running ones. How many threads there are, and who computes, changes no result.
/// </summary>
public sealed class LocalExecutor : IExecutor, IDisposable
{
    private readonly Dictionary<string, JobHandle> _handles = [];
    private readonly ConcurrentDictionary<string, JobHandle> _carried = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _onStop;
    private readonly ComputeThreads _threads;
    private readonly JobTally _tally = new();
    private readonly JobRunner _runner;
    private readonly JobStore _store;
    private readonly Func<string, string> _fingerprintOf;
    private IDisposable? _kept;
    private bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="store">Where results are remembered.</param>
    /// <param name="functions">The kinds of jobs that can be run; each kind once.</param>
    /// <param name="fingerprintOf">Names, for a kind of job, its code and the arithmetic of this machine; part of every key.</param>
    /// <param name="threads">Number of compute threads, from 1: one job runs on each.</param>
    /// <param name="perThreadStart">Called once on each compute thread before its first job, such as to set libtorch's thread count.</param>
    /// <param name="onRun">
    /// Called after each job that was run, also to make a blob again, with the time its function took: on the compute thread, or on that of the carrier.
    /// </param>
    /// <param name="cancellation">Stops the executor, as <see cref="Stop"/> does.</param>
    public LocalExecutor(
        JobStore store,
        IEnumerable<IJobFunction> functions,
        Func<string, string> fingerprintOf,
        int threads,
        Action? perThreadStart = null,
        Action<Job, JobResult, TimeSpan>? onRun = null,
        CancellationToken cancellation = default)
    {
        _store = store;
        _fingerprintOf = fingerprintOf;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _runner = new(store, functions, fingerprintOf, onRun, _tally, _stop.Token);
        _threads = new(threads, perThreadStart);
        _onStop = _stop.Token.Register(() =>
        {
            _threads.Stop();
            CancelCarried();
        });
    }

    /// <summary>Has jobs computed elsewhere. The default value is null: all are computed here. Blobs are always made again here.</summary>
    public IJobCarrier? Carrier { get; init; }

    /// <inheritdoc/>
    public ExecutorCounts Counts => _tally.Counts;

    /// <inheritdoc/>
    public IJobHandle Submit(Job job)
    {
        var key = JobKey.Of(_fingerprintOf(job.Kind), job);
        JobHandle handle;
        lock (_handles)
        {
            if (_handles.TryGetValue(key, out var known) && !known.HasFailed)
                return known;
            handle = new(key, job);
            _handles[key] = handle;
        }

        Attempt(handle, () =>
        {
            if (_runner.Recall(key, job) is { } result)
                handle.Complete(result);
        });
        if (handle.IsFinished)
            return handle;
        if (Carrier is { } carrier && carrier.Takes(job))
            Carry(handle, carrier);
        else
            _threads.Enqueue(new(() => Run(handle), handle.Cancel, e => handle.Fail(new(job, e))));
        return handle;
    }

    /// <inheritdoc/>
    public void Keep(IEnumerable<BlobRef> blobs)
    {
        var before = _kept;
        _kept = _store.Pin(blobs.Select(blob => blob.Hash));
        before?.Dispose();
    }

    /// <summary>The bytes of a blob, checked. One that was evicted or damaged is made again by its own job, on a compute thread.</summary>
    /// <exception cref="ComputeException">The blob cannot be made again, or the store cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The executor was stopped.</exception>
    public ReadOnlyMemory<byte> ReadBlob(BlobRef blob)
    {
        if (_threads.IsCurrent)
            return _runner.Fetch(blob);
        var made = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        _threads.Enqueue(new(() => Make(blob, made), () => made.TrySetCanceled(), e => made.TrySetException(e)));
        return made.Task.GetAwaiter().GetResult();
    }

    /// <summary>Cancels jobs that wait, and tells running ones to stop. What is finished stays remembered.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Stops, and returns when no job runs any more.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Stop();
        _threads.Dispose();
        _kept?.Dispose();
        _onStop.Dispose();
        _stop.Dispose();
    }

    private void Run(JobHandle handle) => Attempt(handle, () =>
    {
        // Another process that shares the store may have run the job while it waited here.
        handle.Complete(_runner.Recall(handle.Key, handle.Job) ?? _runner.Run(handle.Key, handle.Job));
    });

    private void Carry(JobHandle handle, IJobCarrier carrier)
    {
        _carried.TryAdd(handle.Key, handle);
        if (_stop.IsCancellationRequested)
        {
            CancelCarried();
            return;
        }

        carrier.Carry(new(
            handle.Key,
            handle.Job,
            (result, time) => EndCarried(handle, () =>
            {
                _runner.Remember(handle.Key, handle.Job, result, time);
                handle.Complete(result);
            }),
            cause => EndCarried(handle, () => throw cause)));
    }

    private void EndCarried(JobHandle handle, Action end)
    {
        if (_carried.TryRemove(handle.Key, out _))
            Attempt(handle, end);
    }

    private void CancelCarried()
    {
        foreach (var (key, _) in _carried)
        {
            if (_carried.TryRemove(key, out var handle))
                handle.Cancel();
        }
    }

    private void Attempt(JobHandle handle, Action work)
    {
        try
        {
            work();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            handle.Cancel();
        }
        catch (JobFailedException e)
        {
            handle.Fail(e);
        }
#pragma warning disable CA1031 // Whatever a job throws, memory and bugs included, belongs to the one who waits for it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            handle.Fail(new(handle.Job, e));
        }
    }

    private void Make(BlobRef blob, TaskCompletionSource<ReadOnlyMemory<byte>> made)
    {
        try
        {
            made.SetResult(_runner.Fetch(blob));
        }
#pragma warning disable CA1031 // It belongs to the caller of ReadBlob, on another thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            made.SetException(e);
        }
    }
}
