using System.Collections.Concurrent;
using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Compute.Execution;

/// <summary>What a local executor needs.</summary>
/// <param name="Store">Where results are remembered.</param>
/// <param name="Functions">One a kind of job.</param>
/// <param name="Fingerprint">Identity of code and machine; part of every key.</param>
/// <param name="Threads">Compute threads, one job at a time each.</param>
/// <param name="PrepareThread">Called on each compute thread before its first job.</param>
/// <param name="JobRan">Called on a compute thread after each job that was really run and is remembered.</param>
public sealed record LocalExecutorSettings(
    JobStore Store, ImmutableArray<IJobFunction> Functions, string Fingerprint, int Threads, Action PrepareThread, Action<Job> JobRan);

/// <summary>Runs jobs on dedicated threads of this process, first in, first out.</summary>
public sealed class LocalExecutor : IExecutor, IDisposable
{
    private readonly LocalExecutorSettings _settings;
    private readonly Dictionary<string, IJobFunction> _functions;
    private readonly BlockingCollection<Handle> _queue = [];
    private readonly ConcurrentDictionary<string, Handle> _handles = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly ImmutableArray<Thread> _threads;
    private readonly Lock _counting = new();
    private bool _disposed;
    private readonly SortedDictionary<string, int> _run = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _remembered = new(StringComparer.Ordinal);

    /// <summary>Starts the threads.</summary>
    public LocalExecutor(LocalExecutorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _functions = settings.Functions.ToDictionary(function => function.Kind, StringComparer.Ordinal);
        _threads = [.. Enumerable.Range(0, settings.Threads).Select(Start)];
    }

    /// <inheritdoc/>
    public ExecutorCounts Counts
    {
        get
        {
            lock (_counting)
            {
                return new ExecutorCounts(
                    _run.Values.Sum(), _remembered.Values.Sum(),
                    new SortedDictionary<string, int>(_run, StringComparer.Ordinal),
                    new SortedDictionary<string, int>(_remembered, StringComparer.Ordinal));
            }
        }
    }

    /// <inheritdoc/>
    public IJobHandle Submit(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var key = JobKey.Of(_settings.Fingerprint, job);
        if (_handles.TryGetValue(key, out var known))
        {
            return known;
        }

        var handle = new Handle(key, job, _stop.Token);
        if (!_handles.TryAdd(key, handle))
        {
            return _handles[key];
        }

        if (_settings.Store.Find(key) is { } result)
        {
            Count(_remembered, job);
            handle.Finish(result);
        }
        else if (!_stop.IsCancellationRequested)
        {
            _queue.Add(handle);
        }

        return handle;
    }

    /// <summary>The bytes of a blob; one that is missing or corrupt is made again by its own job.</summary>
    /// <exception cref="StoreException">No record tells how it was made.</exception>
    public ReadOnlyMemory<byte> ReadBlob(BlobRef blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        if (_settings.Store.Read(blob) is { } bytes)
        {
            return bytes;
        }

        var job = _settings.Store.ProducerOf(blob.Hash) ?? throw new StoreException(
            $"lacks the blob {blob}, and no record tells how it was made", _settings.Store.Folder, "Delete the store and run again.");
        Execute(job);
        return _settings.Store.Read(blob) ?? throw new StoreException(
            $"lacks the blob {blob}: its job '{job.Kind}' made other bytes this time", _settings.Store.Folder,
            "The machine or the libraries have changed; delete the store and run again.");
    }

    /// <summary>Stops running jobs at their next step; what is not finished is not remembered.</summary>
    public void Stop() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Stop();
        _queue.CompleteAdding();
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _queue.Dispose();
        _stop.Dispose();
    }

    private Thread Start(int number)
    {
        var thread = new Thread(Work) { IsBackground = true, Name = FormattableString.Invariant($"compute-{number}") };
        thread.Start();
        return thread;
    }

    private void Work()
    {
        _settings.PrepareThread();
        foreach (var handle in _queue.GetConsumingEnumerable())
        {
            try
            {
                _stop.Token.ThrowIfCancellationRequested();
                var result = Execute(handle.Job);
                _settings.Store.Remember(handle.Key, handle.Job, result);
                Count(_run, handle.Job);
                _settings.JobRan(handle.Job);
                handle.Finish(result);
            }
            catch (OperationCanceledException)
            {
                // The handle's wait ends by the same token.
            }
            catch (Exception failure)
            {
                handle.Fail(new JobFailedException(handle.Job, failure));
            }
        }
    }

    private JobResult Execute(Job job)
    {
        var function = _functions.GetValueOrDefault(job.Kind) ?? throw new InvalidOperationException($"no function runs jobs of kind '{job.Kind}'");
        var output = function.Run(new JobContext(job, [.. job.Inputs.Select(ReadBlob)], _stop.Token));
        return new JobResult([.. output.Blobs.Select(bytes => _settings.Store.Put(bytes))], output.Metrics, output.Integers);
    }

    private void Count(SortedDictionary<string, int> counts, Job job)
    {
        lock (_counting)
        {
            counts[job.Kind] = counts.GetValueOrDefault(job.Kind) + 1;
        }
    }

    private sealed class Handle(string key, Job job, CancellationToken stop) : IJobHandle
    {
        private readonly TaskCompletionSource<JobResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Key { get; } = key;

        public Job Job { get; } = job;

        public bool IsFinished => _result.Task.IsCompleted;

        public JobResult Wait(CancellationToken cancellation)
        {
            if (!IsFinished)
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stop);
                Task.WaitAny([_result.Task], either.Token);
            }

            return _result.Task.GetAwaiter().GetResult();
        }

        public void Finish(JobResult result) => _result.SetResult(result);

        public void Fail(JobFailedException failure) => _result.SetException(failure);
    }
}
