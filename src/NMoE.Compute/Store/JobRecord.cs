using NMoE.Compute.Jobs;

namespace NMoE.Compute.Store;

/// <summary>What is remembered of a job: enough to answer it, and to make its blobs again.</summary>
/// <param name="Fingerprint">The code of the job's kind, and the machine, that the result belongs to.</param>
/// <param name="Job">The whole job.</param>
/// <param name="Result">Its result.</param>
public sealed record JobRecord(string Fingerprint, Job Job, JobResult Result)
{
    /// <summary>The job's key: 64 hexadecimal digits.</summary>
    public string Key() => JobKey.Of(Fingerprint, Job);
}
