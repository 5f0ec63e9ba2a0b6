using System.Diagnostics;
using NMoE.Cli.Running;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Cli.Costing;

/// <summary>What jobs take beside their arithmetic: to be handed out, keyed, hashed and written.</summary>
/// <param name="SecondsPerJob">Of one job, all compute threads busy.</param>
/// <param name="SecondsPerByte">Of a byte that a job leaves.</param>
internal sealed record JobOverhead(double SecondsPerJob, double SecondsPerByte)
{
    private const int SmallJobs = 64;
    private const int LargeJobs = 4;

    /// <summary>Measures for a second or two, on jobs that draw parameters into a store of their own beside the experiment's, which is taken away again.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="catalog">Its data.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="StoreException">There can be no store beside that of the experiment.</exception>
    public static JobOverhead Measure(Plan plan, DataCatalog catalog, CancellationToken cancellation)
    {
        var own = Places.Store(plan.Settings);
        var folder = FormattableString.Invariant($"{Path.TrimEndingDirectorySeparator(own.Path)}-measured-{Guid.NewGuid():N}");
        try
        {
            var store = new JobStore(own with { Path = folder, MaxBytes = long.MaxValue });
            using var executor = Preparation.Executor(plan with { Seeds = plan.Seeds with { Secret = null } }, catalog, store, plan.Settings.Compute.Threads, null, cancellation);
            Seconds(executor, plan.Model.Spec, ModelPart.Gate, 1, plan.Settings.Compute.Threads, cancellation);
            var perJob = Seconds(executor, plan.Model.Spec, ModelPart.Gate, 2, SmallJobs, cancellation) / SmallJobs;
            var bytes = LargeJobs * executor.Submit(Draw(plan.Model.Spec, ModelPart.Extractor, 3, 0)).Wait(cancellation).Outputs.Sum(output => output.Bytes);
            var large = Seconds(executor, plan.Model.Spec, ModelPart.Extractor, 4, LargeJobs, cancellation);
            return new(perJob, Math.Max(0, large - (LargeJobs * perJob)) / bytes);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Seconds of some jobs that leave some bytes.</summary>
    public double Seconds(int jobs, long bytes) => (jobs * SecondsPerJob) + (bytes * SecondsPerByte);

    private static double Seconds(LocalExecutor executor, ModelSpec model, ModelPart part, int run, int count, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var handle in Enumerable.Range(0, count).Select(number => executor.Submit(Draw(model, part, run, number))).ToArray())
            handle.Wait(cancellation);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Job Draw(ModelSpec model, ModelPart part, int run, int number) => LearningJob.Create(
        new InitParameters(model, part, part == ModelPart.Gate ? 1 : 0), ((ulong)run << 32) | (uint)number);
}
