using System.Diagnostics;
using NMoE.Cluster.Work;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Configuration;
using NMoE.Federation.Experiments;
using NMoE.Federation.Measurement;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Learning.Models;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using Progress = NMoE.Federation.Measurement.Progress;

namespace NMoE.Cli.Running;

/// <summary>One experiment from the command line: store, threads, world, run directory.</summary>
/// <param name="configuration">What is run.</param>
/// <param name="output">Folder for run directories.</param>
/// <param name="view">Where progress is shown.</param>
internal sealed class ExperimentRun(EffectiveConfiguration configuration, string output, IRunView view)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Where workers join; null has this process compute alone.</summary>
    public ClusterPlace? Cluster { get; init; }

    /// <summary>What it computes with, together with others; null has it open its own.</summary>
    public Workplace? Shared { get; init; }

    /// <summary>Runs to the end and writes the run directory.</summary>
    /// <exception cref="OperationCanceledException">Stopped; what is done is kept.</exception>
    public FinishedRun Go(CancellationToken cancellation)
    {
        var settings = configuration.Settings;
        var catalog = Shared?.Catalog ?? Places.Catalog(settings);
        using var pulse = new Pulse("reading the data", _watch, Say);
        var shards = Preparation.Checked(settings, catalog, pulse.Do, Say, cancellation);
        foreach (var line in shards.Lines)
            Say(line);
        pulse.Do("opening the store");
        var store = Shared?.Store ?? new JobStore(Places.Store(settings));
        using var folder = RunFolder.Take(output, RunFolder.NameOf(settings.Experiment.Name, configuration.ConfigHash, RunWorld.Simulated), Leftovers.Removed);
        folder.Writer.WriteEffectiveConfig(configuration.Render());
        shards = shards with { Plan = Preparation.WithSecret(shards.Plan, store.Settings) };
        var state = new RunState(configuration, shards.Plan, folder.Writer, _watch);
        pulse.Do(Cluster is null ? "taking the training step that shows how this machine rounds" : "starting the node that workers join");
        using var own = Shared is null ? Workplace.Open(settings.Experiment.Name, [shards.Plan], catalog, store, Cluster, Say, cancellation) : null;
        var place = Shared ?? own!;
        using var executor = place.Executor.Share((_, _, time) => state.WriteJob(time));
        state.Counts = () => executor.Counts;
        state.WriteRunning();
        using var metrics = new MetricsSoFar(folder.Unfinished, Warn);
        (RunReport Report, Manifest Manifest) written;
        try
        {
            pulse.Do("dealing the data");
            pulse.Detail = () => FormattableString.Invariant($"{executor.Counts.Run} jobs run, {executor.Counts.Remembered} remembered");
            var outcome = Compute(shards.Plan, executor, ShownTo(place.Carrier, pulse), metrics, cancellation);
            pulse.Do("writing models, figures and the report");
            written = Write(folder.Writer, shards, outcome, executor, state);
        }
        catch (Exception end)
        {
            executor.Dispose();
            var status = cancellation.IsCancellationRequested ? RunStatus.Interrupted : RunStatus.Failed;
            metrics.Stop(status);
            state.Write(status, status == RunStatus.Interrupted ? "it was stopped; the same command goes on from there" : end.Message);
            throw;
        }

        return new(folder.Place, written.Report, written.Manifest, folder.MoveIn());
    }

    private Outcome Compute(Plan plan, ExecutorShare executor, Func<Action<Progress>, Action<Progress>> shown, MetricsSoFar metrics, CancellationToken cancellation) =>
        view.Show(_watch, progress => new Experiment(plan, executor, shown(progress))
        {
            Timeline = plan.Settings.Evaluation.Enabled ? new Timeline(plan) : null,
            RoundTold = metrics.Add,
        }.Run(cancellation));

    private (RunReport Report, Manifest Manifest) Write(RunWriter writer, Shards shards, Outcome outcome, ExecutorShare executor, RunState state)
    {
        foreach (var (name, model) in outcome.Models)
            writer.WriteModel(name + ".safetensors", SafeTensorsMetadata.Put(executor.ReadBlob(model), ModelMetadata.Of(FinalModels.SpecOf(shards.Plan.Model, name))));

        // A job of a device that crashed may still run: nobody is told of it any more, and what is written last is this.
        executor.Dispose();
        var report = outcome.Report with { Dealt = shards.Dealt, NoiseSecret = shards.Plan.Seeds.Secret is null ? null : SecretFile.Place };
        var manifest = state.Finished(outcome);
        writer.WriteReport(report, manifest, Warn);
        return (report, manifest);
    }

    /// <summary>Progress also goes to who asks the coordinator, and to the pulse: after the last step of inference come the scores and what there is to compare with.</summary>
    private static Func<Action<Progress>, Action<Progress>> ShownTo(ClusterCarrier? carrier, Pulse pulse) => progress => at =>
    {
        pulse.Said();
        pulse.Do(FormattableString.Invariant($"after step {at.Step} of {at.Steps} of {at.Stage}"));
        progress(at);
        carrier?.Show(at);
    };

    private void Say(string line) => view.Say(line);

    private void Warn(string warning) => Say("warning: " + warning);
}

/// <summary>A run that came to its end.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Report">Its report.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Before">What was in its folder and is another result; null where there was none.</param>
internal sealed record FinishedRun(string Folder, RunReport Report, Manifest Manifest, PutAside? Before);
