using System.Diagnostics;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Experiments;
using NMoE.Federation.Measurement;
using NMoE.Federation.Rehearsals;
using NMoE.Federation.Roles;
using NMoE.Learning.Registry;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Running;

/// <summary>One experiment for its times alone: no store, no threads, no models. Its folder is one of its own, so that it is never taken for a run in which something was learned.</summary>
/// <param name="configuration">What is rehearsed.</param>
/// <param name="output">Folder for run directories.</param>
/// <param name="view">Where progress is shown.</param>
internal sealed class RehearsedRun(EffectiveConfiguration configuration, string output, IRunView view)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Runs to the end and writes the run directory.</summary>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public FinishedRun Go(CancellationToken cancellation)
    {
        var settings = configuration.Settings;
        var catalog = Places.Catalog(settings);
        using var pulse = new Pulse("reading the data", _watch, Say);
        var plan = TimesAlone.Of(Plans.Of(settings, catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading).Spec));
        Say($"rehearsed  nothing is learned: times, bytes and failures are real, losses and accuracies there are none; {RoutesOf(plan)}");
        using var folder = RunFolder.Take(output, RunFolder.NameOf(settings.Experiment.Name, configuration.ConfigHash, RunWorld.Rehearsed), Leftovers.Removed);
        folder.Writer.WriteEffectiveConfig(configuration.Render());
        var state = new RunState(configuration, plan, folder.Writer, _watch) { World = RunWorld.Rehearsed };
        state.WriteRunning();
        using var metrics = new MetricsSoFar(folder.Unfinished, Warn);
        try
        {
            pulse.Do("rehearsing");
            var executor = TimesAlone.Executor(plan, LearningFunctions.All(catalog));
            var outcome = view.Show(_watch, progress => new Experiment(plan, executor, at => Show(at, pulse, progress))
            {
                Counts = Counted.TimesAlone,
                Timeline = settings.Evaluation.Enabled ? new Timeline(plan) : null,
                RoundTold = metrics.Add,
            }.Run(cancellation));
            pulse.Do("writing figures and the report");
            var manifest = state.Finished(outcome);
            folder.Writer.WriteReport(outcome.Report, manifest, Warn);
            return new(folder.Place, outcome.Report, manifest, folder.MoveIn());
        }
        catch (Exception end)
        {
            var status = cancellation.IsCancellationRequested ? RunStatus.Interrupted : RunStatus.Failed;
            metrics.Stop(status);
            state.Write(status, status == RunStatus.Interrupted ? "it was stopped; the same command begins anew" : end.Message);
            throw;
        }
    }

    /// <summary>Whom samples are sent to, in words.</summary>
    private static string RoutesOf(Plan plan) => plan.Settings.Inference.RandomShares.IsEmpty
        ? "samples go to experts that are drawn evenly"
        : "samples go to experts that are drawn by inference.random-shares";

    /// <summary>Of the steps of many clients a few are enough.</summary>
    private static void Show(Federation.Measurement.Progress at, Pulse pulse, Action<Federation.Measurement.Progress> progress)
    {
        pulse.Do(FormattableString.Invariant($"after step {at.Step} of {at.Steps} of {at.Stage}"));
        if (at.Step % Math.Max(1, at.Steps / MostSteps) == 0 || at.Step == at.Steps)
        {
            pulse.Said();
            progress(at);
        }
    }

    private const int MostSteps = 100;

    private void Say(string line) => view.Say(line);

    private void Warn(string warning) => Say("warning: " + warning);
}
