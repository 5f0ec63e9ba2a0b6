using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Learning;
using NMoE.Learning.Data;
using NMoE.Learning.Privacy;

namespace NMoE.Cluster.Work;

/// <summary>Whether a job that failed on a worker would fail anywhere, or may go to another worker.</summary>
internal static class JobTrouble
{
    // As libtorch's allocators say it; they throw one type for all.
    private static readonly string[] s_memory = ["allocate memory", "not enough memory", "out of memory"];

    /// <summary>What the coordinator is told.</summary>
    public static object Of(string key, Exception failure)
    {
        var cause = failure is JobFailedException { InnerException: { } inner } ? inner : failure;
        return cause switch
        {
            OperationCanceledException => new JobReturned(key, "the worker is stopping", []),
            StoreException or IOException or UnauthorizedAccessException or OutOfMemoryException => new JobReturned(key, cause.Message, []),
            RemakeException or UnknownJobException or DataException or SecretException => new JobReturned(key, cause.Message, []),
            _ when s_memory.Any(sign => cause.Message.Contains(sign, StringComparison.OrdinalIgnoreCase)) => new JobReturned(key, cause.Message, []),
            LearningException => new JobBroke(key, cause.Message, JobFault.Experiment),
            _ => new JobBroke(key, cause.Message, JobFault.Function),
        };
    }
}
