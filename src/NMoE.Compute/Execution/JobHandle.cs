using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>A job's outcome, set once. Waiting blocks the waiting thread only and needs no pool thread.</summary>
/// <param name="key">The job's key.</param>
/// <param name="kind">The job's kind.</param>
internal sealed class JobHandle(string key, string kind) : IJobHandle
{
    private readonly TaskCompletionSource<Func<JobResult>> _outcome = new();

    public string Key { get; } = key;

    public bool IsFinished => _outcome.Task.IsCompleted;

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

    public void Fail(JobFailedException error) => _outcome.TrySetResult(() => throw new JobFailedException(error.Job, error.InnerException!));

    public void Cancel() => _outcome.TrySetResult(
        () => throw new OperationCanceledException($"The run was stopped before its job '{kind}' had finished."));
}
