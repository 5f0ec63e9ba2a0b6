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

    private readonly KnownJobs _known;
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
        : this(store, functions, fingerprintOf, threads, KnownJobs.UsualKept, perThreadStart, onRun, cancellation)
    {
    }

    internal LocalExecutor(
        JobStore store,
        IEnumerable<IJobFunction> functions,
        Func<string, string> fingerprintOf,
        int threads,
        int mostKept,
        Action? perThreadStart = null,
        Action<Job, JobResult, TimeSpan>? onRun = null,
        CancellationToken cancellation = default)
    {
        _store = store;
        _fingerprintOf = fingerprintOf;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _runner = new(store, functions, fingerprintOf, _stop.Token);
        _known = new(_runner.Forget, mostKept);
        _own = Share(onRun);
        _threads = new("nmoe-compute", threads, perThreadStart);
        _onStop = _stop.Token.Register(() =>
        {
            _threads.Stop();
            _known.CancelCarried();
        });
    }

    /// <summary>Has jobs computed elsewhere. The default value is null: all are computed here. Blobs are always made again here.</summary>
    public IJobCarrier? Carrier { get; init; }

    /// <inheritdoc/>
    public ExecutorCounts Counts
    {
        get
        {
            lock (_shares)
                return ExecutorCounts.Together(_shares.Select(share => share.Counts));
        }
    }

    /// <summary>A share for one more experiment, until it is disposed.</summary>
    /// <param name="onRun">As of the executor, for jobs that the experiment was the first to ask for; one call at a time.</param>
    public ExecutorShare Share(Action<Job, JobResult, TimeSpan>? onRun)
    {
        var share = new ExecutorShare(this, onRun);
        lock (_shares)
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
        var (handle, begun) = _known.Ask(JobKey.Of(_fingerprintOf(job.Kind), job), job, share);
        if (begun is null)
            return handle;
        Attempt(begun, () =>
        {
            if (_runner.Recall(begun.Key) is { } result)
                _known.Finish(begun, result, null);
        });

        // Whoever asked first may have ended meanwhile, while another waits for the same.
        if (_known.IsOver(begun))
            return handle;
        if (Carrier is { } carrier && carrier.Takes(job))
            Carry(begun, carrier);
        else
            _threads.Enqueue(new(() => Run(begun), () => Cancel(begun), e => Fail(begun, e)));
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

    /// <summary>Ends what a share waits for, and nothing that others wait for.</summary>
    internal void End(ExecutorShare share) => _known.Leave(share);

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

    private void Run(KnownJob job)
    {
        if (_known.Begin(job, isCarried: false) is not { } share)
            return;
        Attempt(job, () =>
        {
            // Another process that shares the store may have run the job while it waited here.
            if (_runner.Recall(job.Key) is { } known)
            {
                _known.Finish(job, known, null);
                return;
            }

            var made = _runner.Run(job.Job, share);
            void Store() => Attempt(job, () => _known.Finish(job, _runner.Remember(job.Job, made), made.Time));

            // A job is finished when its result is stored. Meanwhile its thread goes on with the next, where there is one.
            if (_threads.Waiting > 0 && _storing.Waiting < MostResults)
                _storing.Enqueue(new(Store, Store, _ => Store()));
            else
                Store();
        });
    }

    private void Carry(KnownJob job, IJobCarrier carrier)
    {
        if (_known.Begin(job, isCarried: true) is null)
            return;
        if (_stop.IsCancellationRequested)
        {
            _known.CancelCarried();
            return;
        }

        carrier.Carry(new(
            job.Key,
            job.Job,
            (result, time) => Land(job, () =>
            {
                _runner.Remember(job.Job, result);
                _known.Finish(job, result, time);
            }),
            cause => Land(job, () => throw cause)));
    }

    private void Land(KnownJob job, Action end)
    {
        if (_known.Land(job))
            Attempt(job, end);
    }

    private void Attempt(KnownJob job, Action work)
    {
        try
        {
            work();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Cancel(job);
        }
#pragma warning disable CA1031 // Whatever a job throws, memory and bugs included, belongs to the one who waits for it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(job, e);
        }
    }

    private void Cancel(KnownJob job) => _known.Drop(job, handle => handle.Cancel());

    private void Fail(KnownJob job, Exception cause) => _known.Drop(job, handle => handle.Fail(cause as JobFailedException ?? new(job.Job, cause)));

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
