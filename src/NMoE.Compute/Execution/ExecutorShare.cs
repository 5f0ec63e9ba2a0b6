using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>
/// What one experiment has of an executor that several work with at once: its own counts, its own blobs that stay, and its own end. A job that two of them need is run once, and counts as run for
/// the one that asked first, as remembered for the others. Callable from any thread.
/// </summary>
public sealed class ExecutorShare : IExecutor, IDisposable
{
    private readonly LocalExecutor _executor;
    private readonly Action<Job, JobResult, TimeSpan>? _onRun;
    private readonly Lock _ending = new();
    private JobTally _tally = new();
    private ExecutorCounts? _counts;
    private IDisposable? _kept;

    internal ExecutorShare(LocalExecutor executor, Action<Job, JobResult, TimeSpan>? onRun) => (_executor, _onRun) = (executor, onRun);

    /// <inheritdoc/>
    public ExecutorCounts Counts => _counts ?? _tally.Counts;

    /// <summary>The jobs that it waits for; guarded by <see cref="KnownJobs"/>.</summary>
    internal HashSet<KnownJob> Waits { get; } = [];

    /// <summary>Whether it has ended and waits for nothing any more; guarded by <see cref="KnownJobs"/>.</summary>
    internal bool HasLeft { get; set; }

    /// <inheritdoc/>
    /// <remarks>What is submitted after its end is not run: who waits for it is told that the run was stopped.</remarks>
    public IJobHandle Submit(Job job) => _executor.Submit(job, this);

    /// <inheritdoc/>
    public void Keep(IEnumerable<BlobRef> blobs)
    {
        var before = _kept;
        _kept = _executor.Pin(blobs);
        before?.Dispose();
    }

    /// <inheritdoc cref="LocalExecutor.ReadBlob(BlobRef)"/>
    public ReadOnlyMemory<byte> ReadBlob(BlobRef blob) => _executor.ReadBlob(blob, this);

    /// <summary>Ends it: what waits for a thread and nobody else has asked for is not begun any more, and nobody is told of jobs any more.</summary>
    public void Dispose()
    {
        _executor.End(this);
        lock (_ending)
        {
            _counts ??= _tally.Counts;
            _tally = new();
        }

        _kept?.Dispose();
        _kept = null;
    }

    internal void Ran(string key, Job job, JobResult result, TimeSpan time)
    {
        lock (_ending)
        {
            if (_counts is not null)
                return;
            _tally.Ran(key, job);
            _onRun?.Invoke(job, result, time);
        }
    }

    internal void Remembered(string key, Job job) => _tally.Remembered(key, job);
}
