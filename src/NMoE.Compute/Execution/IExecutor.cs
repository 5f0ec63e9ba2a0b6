using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>Where a job's result will be.</summary>
public interface IJobHandle
{
    /// <summary>The job's key in the store: 64 hexadecimal digits.</summary>
    string Key { get; }

    /// <summary>Whether <see cref="Wait"/> would return at once.</summary>
    bool IsFinished { get; }

    /// <summary>Blocks until the result is there.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled, or the run is being stopped.</exception>
    /// <exception cref="JobFailedException">The job failed for a real reason (memory, disk, a bug); the run stops, resumable.</exception>
    JobResult Wait(CancellationToken cancellation);

    /// <summary>Calls something once the result is there, from a thread that waits for nobody; at once where it is there already.</summary>
    void WhenFinished(Action then);
}

/// <summary>Runs jobs, each once: a job that is remembered, or already under way, is not run again.</summary>
public interface IExecutor
{
    /// <summary>Takes a job, without blocking. Jobs start in the order in which they were submitted.</summary>
    IJobHandle Submit(Job job);

    /// <summary>Keeps blobs from eviction until the next call names others: the last completed round's, from which a run would go on.</summary>
    void Keep(IEnumerable<BlobRef> blobs);

    /// <summary>What has been run and remembered so far: distinct job keys of this process.</summary>
    ExecutorCounts Counts { get; }
}

/// <summary>How many distinct jobs were run, and how many were answered from a store.</summary>
/// <param name="Run">Jobs whose function ran to its end in this process, or in another that ran it for this one.</param>
/// <param name="Remembered">Jobs answered by a record.</param>
/// <param name="RunByKind">Jobs run, by kind, ordered by name.</param>
/// <param name="RememberedByKind">Jobs remembered, by kind, ordered by name.</param>
public sealed record ExecutorCounts(
    int Run,
    int Remembered,
    IReadOnlyDictionary<string, int> RunByKind,
    IReadOnlyDictionary<string, int> RememberedByKind)
{
    /// <summary>The counts of several together.</summary>
    internal static ExecutorCounts Together(IEnumerable<ExecutorCounts> counts)
    {
        ExecutorCounts[] all = [.. counts];
        return new(all.Sum(one => one.Run), all.Sum(one => one.Remembered), Sums(all.SelectMany(one => one.RunByKind)), Sums(all.SelectMany(one => one.RememberedByKind)));
    }

    private static ImmutableSortedDictionary<string, int> Sums(IEnumerable<KeyValuePair<string, int>> counts) => counts.GroupBy(pair => pair.Key, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(kind => kind.Key, kind => kind.Sum(pair => pair.Value), StringComparer.Ordinal);
}

/// <summary>A job failed for a real reason: the run stops and can be resumed.</summary>
public sealed class JobFailedException(Job job, Exception inner)
    : ComputeException($"The job '{job.Kind}' failed: {inner.Message}", inner)
{
    /// <summary>The job that failed.</summary>
    public Job Job { get; } = job;
}
