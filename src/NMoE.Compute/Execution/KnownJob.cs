using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>How far a job is.</summary>
internal enum JobStand
{
    /// <summary>It waits to be begun.</summary>
    Waiting,

    /// <summary>It is computed, here or elsewhere. Who asks for it now waits for the same.</summary>
    UnderWay,

    /// <summary>It was computed elsewhere, and is being remembered. Who asks for it now waits for the same.</summary>
    Landing,

    /// <summary>It has come to its end, or will never begin.</summary>
    Over,
}

/// <summary>A job that an executor knows, and who waits for it: a handle for each share that asked. Guarded by <see cref="KnownJobs"/>.</summary>
/// <param name="key">The job's key.</param>
/// <param name="job">The job.</param>
internal sealed class KnownJob(string key, Job job)
{
    public string Key { get; } = key;

    public Job Job { get; } = job;

    public JobStand Stands { get; set; }

    /// <summary>Whether it is computed elsewhere.</summary>
    public bool IsCarried { get; set; }

    /// <summary>Who has asked for it and has neither got it nor ended, in the order of asking.</summary>
    public List<(ExecutorShare Share, JobHandle Handle)> Waiters { get; set; } = [];

    /// <summary>Its handle for whoever asks once it has a result; null before.</summary>
    public JobHandle? Done { get; set; }

    /// <summary>For whom it was run; null where it was remembered, or for nobody any more.</summary>
    public ExecutorShare? RanFor { get; set; }
}
