using System.Collections.Immutable;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>
/// Who waits for which job. A job that is under way is known until it ends, whoever asked for it: it is never begun twice at once. A share that ends is told at once, and nobody else:
/// what others wait for, or what has begun, goes on without it. Callable from any thread.
/// </summary>
/// <param name="forget">Told of each result that is not kept in mind any more.</param>
/// <param name="mostKept">How many results are kept, the last ones: older ones the store remembers, and each takes a few kB here.</param>
internal sealed class KnownJobs(Action<JobResult> forget, int mostKept)
{
    /// <summary>So many results are kept in mind where nothing else is said.</summary>
    public const int UsualKept = 1 << 14;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, KnownJob> _jobs = new(StringComparer.Ordinal);
    private readonly Queue<KnownJob> _kept = new();

    /// <summary>Has a share wait for a job.</summary>
    /// <returns>Its handle, and the job where it is not known yet and is to be begun.</returns>
    public (JobHandle Handle, KnownJob? New) Ask(string key, Job job, ExecutorShare share)
    {
        lock (_lock)
        {
            if (share.HasLeft)
                return (Stopped(key, job), null);
            var isNew = !_jobs.TryGetValue(key, out var known);
            if (isNew)
                _jobs[key] = known = new(key, job);
            return (HandleOf(known!, share), isNew ? known : null);
        }
    }

    /// <summary>Whether a job has come to its end, or nobody waits for it any more and it will never begin.</summary>
    public bool IsOver(KnownJob job)
    {
        lock (_lock)
            return job.Stands == JobStand.Over;
    }

    /// <summary>Begins a job that waits.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isCarried">Whether it is computed elsewhere.</param>
    /// <returns>Who asked first; null where nobody waits any more, and it is not to be begun.</returns>
    public ExecutorShare? Begin(KnownJob job, bool isCarried)
    {
        lock (_lock)
        {
            if (job.Stands != JobStand.Waiting || job.Waiters.Count == 0)
                return null;
            (job.Stands, job.IsCarried) = (JobStand.UnderWay, isCarried);
            return job.Waiters[0].Share;
        }
    }

    /// <summary>Takes the first end of a job that is computed elsewhere.</summary>
    /// <returns>Whether it is the first.</returns>
    public bool Land(KnownJob job)
    {
        lock (_lock)
        {
            if (job.Stands != JobStand.UnderWay)
                return false;
            job.Stands = JobStand.Landing;
            return true;
        }
    }

    /// <summary>Ends a job with its result, which is remembered, and hands it to all that wait.</summary>
    /// <param name="job">The job.</param>
    /// <param name="result">Its result.</param>
    /// <param name="time">What its function took; null where nothing ran. Counts for the first of those that wait, and as remembered for the others.</param>
    public void Finish(KnownJob job, JobResult result, TimeSpan? time)
    {
        ImmutableArray<(ExecutorShare Share, JobHandle Handle)> waiters;
        lock (_lock)
        {
            if (job.Stands == JobStand.Over)
                return;
            waiters = Close(job);
            job.RanFor = time is null || waiters.IsEmpty ? null : waiters[0].Share;
            job.Done = waiters.IsEmpty ? new(job.Key, job.Job.Kind) : waiters[0].Handle;
            Keep(job);
        }

        try
        {
            foreach (var (share, _) in waiters)
            {
                if (share == job.RanFor)
                    share.Ran(job.Key, job.Job, result, time!.Value);
                else
                    share.Remembered(job.Key, job.Job);
            }
        }
        finally
        {
            // Who is told may fail, as where a folder cannot be written: nobody waits without end for that.
            job.Done.Complete(result);
            foreach (var (_, handle) in waiters)
                handle.Complete(result);
        }
    }

    /// <summary>Ends a job that has no result. Who asks for it after that has it tried again.</summary>
    /// <param name="job">The job.</param>
    /// <param name="tell">Tells one that waits.</param>
    public void Drop(KnownJob job, Action<JobHandle> tell)
    {
        ImmutableArray<(ExecutorShare Share, JobHandle Handle)> waiters;
        lock (_lock)
        {
            if (job.Stands == JobStand.Over)
                return;
            waiters = Close(job);
            _jobs.Remove(job.Key);
        }

        foreach (var (_, handle) in waiters)
            tell(handle);
    }

    /// <summary>Ends what a share waits for: it is told that it was stopped. What has not begun and nobody else waits for never begins.</summary>
    public void Leave(ExecutorShare share)
    {
        var left = new List<JobHandle>();
        lock (_lock)
        {
            share.HasLeft = true;
            foreach (var job in share.Waits)
            {
                left.Add(job.Waiters.Find(waiter => waiter.Share == share).Handle);
                job.Waiters.RemoveAll(waiter => waiter.Share == share);
                if (job.Waiters.Count > 0 || job.Stands != JobStand.Waiting)
                    continue;
                job.Stands = JobStand.Over;
                _jobs.Remove(job.Key);
            }

            share.Waits.Clear();
        }

        left.ForEach(handle => handle.Cancel());
    }

    /// <summary>Drops what is computed elsewhere and has not landed.</summary>
    public void CancelCarried()
    {
        ImmutableArray<KnownJob> carried;
        lock (_lock)
            carried = [.. _jobs.Values.Where(job => job.IsCarried && job.Stands == JobStand.UnderWay)];
        foreach (var job in carried)
            Drop(job, handle => handle.Cancel());
    }

    private static JobHandle HandleOf(KnownJob job, ExecutorShare share)
    {
        if (job.Done is { } done)
        {
            if (job.RanFor != share)
                share.Remembered(job.Key, job.Job);
            return done;
        }

        if (job.Waiters.Find(waiter => waiter.Share == share).Handle is { } before)
            return before;
        var handle = new JobHandle(job.Key, job.Job.Kind);
        job.Waiters.Add((share, handle));
        share.Waits.Add(job);
        return handle;
    }

    private static JobHandle Stopped(string key, Job job)
    {
        var handle = new JobHandle(key, job.Kind);
        handle.Cancel();
        return handle;
    }

    private static ImmutableArray<(ExecutorShare Share, JobHandle Handle)> Close(KnownJob job)
    {
        ImmutableArray<(ExecutorShare Share, JobHandle Handle)> waiters = [.. job.Waiters];
        foreach (var (share, _) in waiters)
            share.Waits.Remove(job);
        (job.Stands, job.Waiters) = (JobStand.Over, []);
        return waiters;
    }

    private void Keep(KnownJob job)
    {
        _kept.Enqueue(job);
        if (_kept.Count <= mostKept)
            return;
        var oldest = _kept.Dequeue();
        _jobs.Remove(oldest.Key);
        if (oldest.Done!.Result is { } result)
            forget(result);
    }
}
