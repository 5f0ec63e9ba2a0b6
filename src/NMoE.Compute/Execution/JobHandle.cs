using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>A job's outcome, set once. Waiting blocks the waiting thread only and needs no pool thread.</summary>
internal sealed class JobHandle(string key, Job job) : IJobHandle
{
    private readonly TaskCompletionSource<Func<JobResult>> _outcome = new();

    public string Key { get; } = key;

    public Job Job { get; } = job;

    public bool IsFinished => _outcome.Task.IsCompleted;

    /// <summary>Whether its job failed: what was in its way may be gone the next time.</summary>
    public bool HasFailed { get; private set; }

    public JobResult Wait(CancellationToken cancellation)
    {
        _outcome.Task.Wait(cancellation);
        return _outcome.Task.Result();
    }

    public void WhenFinished(Action then) => _outcome.Task.ContinueWith(_ => then(), TaskScheduler.Default);

    public void Complete(JobResult result) => _outcome.TrySetResult(() => result);

    public void Fail(JobFailedException error)
    {
        HasFailed = true;
        _outcome.TrySetResult(() => throw new JobFailedException(error.Job, error.InnerException!));
    }

    public void Cancel() => _outcome.TrySetResult(
        () => throw new OperationCanceledException($"The run was stopped before its job '{Job.Kind}' had finished."));
}
