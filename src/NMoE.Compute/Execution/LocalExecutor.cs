using System.Collections.Concurrent;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Compute.Execution;

/// <summary>
/// Runs jobs in this process, on threads of its own, but for those that a carrier has computed elsewhere. A remembered job is answered by
/// <see cref="Submit(Job)"/> itself and does not wait behind running ones. How many threads there are, and who computes, changes no result. Several experiments that share it each have a
/// <see cref="Share"/> of it.
/// </summary>
public sealed class LocalExecutor : IExecutor, IDisposable
{
    // Results that may wait for the thread that stores them: few, for each is a model in memory.
    private const int MostResults = 4;

    private readonly Dictionary<string, JobHandle> _handles = [];
    private readonly ConcurrentDictionary<string, JobHandle> _carried = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _onStop;
    private readonly ComputeThreads _threads;
    private readonly ComputeThreads _storing = new("nmoe-store", 1, null);
    private readonly List<ExecutorShare> _shares = [];
    private readonly ExecutorShare _own;
    private readonly JobRunner _runner;
    private readonly JobStore _store;
    private readonly Func<string, string> _fingerprintOf;
    private bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="store">Where results are remembered.</param>
    /// <param name="functions">The kinds of jobs that can be run; each kind once.</param>
    /// <param name="fingerprintOf">Names, for a kind of job, its code and the arithmetic of this machine; part of every key.</param>
    /// <param name="threads">Number of compute threads, from 1: one job runs on each.</param>
    /// <param name="perThreadStart">Called once on each compute thread before its first job, such as to set libtorch's thread count.</param>
    /// <param name="onRun">
    /// Called after each job that was run, also to make a blob again, with the time its function took: on the compute thread, on that which stores results, or on that of the carrier.
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
        _runner = new(store, functions, fingerprintOf, _stop.Token);
        _own = Share(onRun);
        _threads = new("nmoe-compute", threads, perThreadStart);
        _onStop = _stop.Token.Register(() =>
        {
            _threads.Stop();
            CancelCarried();
        });
    }

    /// <summary>Has jobs computed elsewhere. The default value is null: all are computed here. Blobs are always made again here.</summary>
    public IJobCarrier? Carrier { get; init; }

    /// <inheritdoc/>
    public ExecutorCounts Counts
    {
        get
        {
            lock (_handles)
                return ExecutorCounts.Together(_shares.Select(share => share.Counts));
        }
    }

    /// <summary>A share for one more experiment, until it is disposed.</summary>
    /// <param name="onRun">As of the executor, for jobs that the experiment was the first to ask for; one call at a time.</param>
    public ExecutorShare Share(Action<Job, JobResult, TimeSpan>? onRun)
    {
        var share = new ExecutorShare(this, onRun);
        lock (_handles)
            _shares.Add(share);
        return share;
    }

    /// <inheritdoc/>
    public IJobHandle Submit(Job job) => _own.Submit(job);

    /// <inheritdoc/>
    public void Keep(IEnumerable<BlobRef> blobs) => _own.Keep(blobs);

    /// <summary>The bytes of a blob, checked. One that was evicted or damaged is made again by its own job, on a compute thread.</summary>
    /// <exception cref="ComputeException">The blob cannot be made again, or the store cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The executor was stopped.</exception>
    public ReadOnlyMemory<byte> ReadBlob(BlobRef blob) => ReadBlob(blob, _own);

    internal IJobHandle Submit(Job job, ExecutorShare share)
    {
        var key = JobKey.Of(_fingerprintOf(job.Kind), job);
        JobHandle handle;
        lock (_handles)
        {
            var isKnown = _handles.TryGetValue(key, out var known) && !known.HasFailed;
            handle = isKnown ? known! : new(key, job, share);
            _handles[key] = handle;
            share.Take(handle);
            if (isKnown)
                return handle;
        }

        Attempt(handle, () =>
        {
            if (_runner.Recall(key, job, share) is { } result)
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

    internal IDisposable Pin(IEnumerable<BlobRef> blobs) => _store.Pin(blobs.Select(blob => blob.Hash));

    internal ReadOnlyMemory<byte> ReadBlob(BlobRef blob, ExecutorShare share)
    {
        if (_threads.IsCurrent)
            return _runner.Fetch(blob, share);
        if (_store.TryRead(blob) is { } there)
            return there;
        var made = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        _threads.Enqueue(new(() => Make(blob, share, made), () => made.TrySetCanceled(), e => made.TrySetException(e)));
        return made.Task.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Forgets what a share alone has asked for: the store remembers what is finished, and what has not begun is not begun. What is computed elsewhere is known until it lands: whoever asks for it meanwhile waits for the same.
    /// </summary>
    internal void End(ExecutorShare share)
    {
        var left = new List<JobHandle>();
        lock (_handles)
        {
            foreach (var handle in share.Taken)
            {
                if (--handle.Wanted > 0 || (_carried.TryGetValue(handle.Key, out var carried) && ReferenceEquals(carried, handle)))
                    continue;
                if (_handles.TryGetValue(handle.Key, out var there) && ReferenceEquals(there, handle))
                    _handles.Remove(handle.Key);
                left.Add(handle);
            }
        }

        foreach (var handle in left)
        {
            handle.Cancel();
            if (handle.Result is { } result)
                _runner.Forget(result);
        }
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
        _storing.Dispose();
        _own.Dispose();
        _onStop.Dispose();
        _stop.Dispose();
    }

    private void Run(JobHandle handle) => Attempt(handle, () =>
    {
        if (handle.IsFinished)
            return;

        // Another process that shares the store may have run the job while it waited here.
        if (_runner.Recall(handle.Key, handle.Job, handle.Share) is { } known)
        {
            handle.Complete(known);
            return;
        }

        var made = _runner.Run(handle.Job, handle.Share);
        void Store() => Attempt(handle, () => handle.Complete(_runner.Remember(handle.Key, handle.Job, made, handle.Share)));

        // A job is finished when its result is stored. Meanwhile its thread goes on with the next, where there is one.
        if (_threads.Waiting > 0 && _storing.Waiting < MostResults)
            _storing.Enqueue(new(Store, Store, _ => Store()));
        else
            Store();
    });

    private void Carry(JobHandle handle, IJobCarrier carrier)
    {
        lock (_handles)
        {
            // Who asked for it may have ended.
            if (handle.Wanted == 0)
                return;
            _carried.TryAdd(handle.Key, handle);
        }

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
                _runner.Remember(handle.Key, handle.Job, result, time, handle.Share);
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

    private void Make(BlobRef blob, ExecutorShare share, TaskCompletionSource<ReadOnlyMemory<byte>> made)
    {
        try
        {
            made.SetResult(_runner.Fetch(blob, share));
        }
#pragma warning disable CA1031 // It belongs to the caller of ReadBlob, on another thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            made.SetException(e);
        }
    }
}
