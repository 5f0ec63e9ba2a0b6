using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;

namespace NMoE.Cli.Running;

/// <summary>An experiment as its store remembers it: nothing is computed.</summary>
internal static class Remembered
{
    /// <summary>What answers its jobs from the store, and ends the run with <see cref="NotRememberedException"/> at the first that the store lacks.</summary>
    public static RehearsalExecutor Executor(Plan plan, DataCatalog catalog, JobStore store)
    {
        var device = plan.Settings.Compute.Computing;
        TorchThreads.Prepare(device);
        var functions = Preparation.Functions(plan, catalog);
        var fingerprintOf = Fingerprint.OfThisMachine(functions, device);
        return new(functions, job => store.Find(JobKey.Of(fingerprintOf(job.Kind), job))?.Result ?? throw new NotRememberedException(job.Kind));
    }

    /// <summary>The job that was lacking, if that is why a run ended.</summary>
    public static NotRememberedException? Lacking(Exception end) => end as NotRememberedException ?? end.InnerException as NotRememberedException;
}

/// <summary>A store remembers no such job.</summary>
/// <param name="kind">Its kind.</param>
internal sealed class NotRememberedException(string kind) : Exception($"The store remembers no such job '{kind}'.")
{
    /// <summary>The job's kind.</summary>
    public string Kind { get; } = kind;
}
