using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>A job's outcome, set once. Waiting blocks the waiting thread only and needs no pool thread.</summary>
/// <param name="key">The job's key.</param>
/// <param name="job">The job.</param>
/// <param name="share">Who asked first, and is told what became of it.</param>
internal sealed class JobHandle(string key, Job job, ExecutorShare share) : IJobHandle
{
    private readonly TaskCompletionSource<Func<JobResult>> _outcome = new();

    public string Key { get; } = key;

    public Job Job { get; } = job;

    public ExecutorShare Share { get; } = share;

    /// <summary>How many have asked for it and have not ended; guarded by the executor.</summary>
    public int Wanted { get; set; }

    public bool IsFinished => _outcome.Task.IsCompleted;

    /// <summary>Whether its job failed: what was in its way may be gone the next time.</summary>
    public bool HasFailed { get; private set; }

    public JobResult Wait(CancellationToken cancellation)
    {
        _outcome.Task.Wait(cancellation);
        return _outcome.Task.Result();
    }

    public void WhenFinished(Action then) => _outcome.Task.ContinueWith(_ => then(), TaskScheduler.Default);

    /// <summary>Its result; null where there is none, or none yet.</summary>
    public JobResult? Result { get; private set; }

    public void Complete(JobResult result)
    {
        Result = result;
        _outcome.TrySetResult(() => result);
    }

    public void Fail(JobFailedException error)
    {
        HasFailed = true;
        _outcome.TrySetResult(() => throw new JobFailedException(error.Job, error.InnerException!));
    }

    public void Cancel() => _outcome.TrySetResult(
        () => throw new OperationCanceledException($"The run was stopped before its job '{Job.Kind}' had finished."));
}
