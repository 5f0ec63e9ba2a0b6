using System.Diagnostics;
using NMoE.Compute.Execution;
using NMoE.Federation.Configuration;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;

namespace NMoE.Cli.Running;

/// <summary>
/// An experiment until a round of stage 1. It is the whole experiment, stopped: with fewer rounds its learning rate would fall along another cosine, and nothing that it computed would be of use for more.
/// Gone further, it finds all that it has computed.
/// </summary>
/// <param name="configuration">The experiment.</param>
/// <param name="place">What it computes with.</param>
internal sealed class Trial(EffectiveConfiguration configuration, Workplace place)
{
    /// <summary>The measure after a round.</summary>
    /// <param name="measure">Which.</param>
    /// <param name="round">The round, before the last.</param>
    /// <param name="view">Where progress is shown.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The measure, and what was run for it.</returns>
    /// <exception cref="BadArgumentException">The experiment has no such measure.</exception>
    public (double Value, ExecutorCounts Counts) Measure(HalvingMeasure measure, int round, IRunView view, CancellationToken cancellation)
    {
        var plan = Preparation.WithSecret(Shards.Of(configuration.Settings, place.Catalog).Plan, place.Store.Settings);
        if (measure == HalvingMeasure.Accuracy && !(plan.Settings.Evaluation.Enabled && plan.Model.HasGlobalModel))
        {
            throw new BadArgumentException(
                "sweep.halving.measure", "these experiments have no accuracy on their way: stage 1 is not evaluated, or has no global model that answers by itself", "Write loss, or sweep.search = grid");
        }

        using var share = place.Executor.Share(null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        double? value = null;

        void Look(RoundRecord told)
        {
            if (told.Stage != Stages.Extractor || told.Round != round || (measure == HalvingMeasure.Loss ? told.TrainLoss : told.Accuracy) is not { } known)
                return;
            value = known;

            // Nothing is begun any more, and the world ends where it waits next.
            share.Dispose();
            stop.Cancel();
        }

        try
        {
            view.Show(Stopwatch.StartNew(), progress => new Experiment(plan, share, progress) { ScoredAtOnce = round, RoundTold = Look }.Run(stop.Token));
        }
        catch (OperationCanceledException) when (value is not null && !cancellation.IsCancellationRequested)
        {
            // As it was meant to be.
        }

        return (value ?? throw new ExperimentFailedException(FormattableString.Invariant($"stage 1 ended without round {round}")), share.Counts);
    }
}
