using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Roles;

namespace NMoE.Cli.Running;

/// <summary>An experiment gone through without computing anything.</summary>
/// <param name="Executor">What its jobs would take and leave.</param>
/// <param name="Outcome">What came out; learned values in it are made up.</param>
internal sealed record Rehearsal(RehearsalExecutor Executor, Outcome Outcome)
{
    /// <summary>Rehearses an experiment.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="executor">Answers its jobs; one that has rehearsed another experiment counts what both share once.</param>
    /// <param name="cancellation">Stops it.</param>
    public static Rehearsal Of(Plan plan, RehearsalExecutor executor, CancellationToken cancellation)
    {
        // Made-up losses never move, and would end RollGate's training at once: an upper bound goes all laps.
        var longest = plan.Pipeline.Rings.Aggregate(plan.Settings, (settings, ring) => ring.Longest(settings));
        try
        {
            return new(executor, new Experiment(Plans.Of(longest, plan.Deal.Data) with { Seeds = plan.Seeds }, executor, _ => { }).Run(cancellation));
        }
        catch (Exception end) when (end is not OperationCanceledException && ExitCodes.CodeOf(end) is not null)
        {
            throw new RehearsalFailedException(end);
        }
    }

    /// <summary>Refuses a store that would have to evict what is still needed, and an experiment with a blob that no store can hold.</summary>
    /// <exception cref="StoreException">The size limit is too small for the experiment, or a blob is too large.</exception>
    public void Require(StoreSettings store)
    {
        if (Executor.LargestBlob is { } largest && largest.Bytes > Array.MaxLength)
        {
            throw StoreException.TooLarge(store.Path, largest.Kind, largest.Bytes);
        }

        if (Executor.WorkingSetBytes > store.MaxBytes)
        {
            throw StoreException.TooSmall(store.Path, store.MaxBytes, Executor.WorkingSetBytes);
        }
    }
}
