using System.Collections.Immutable;
using System.Diagnostics;
using NMoE.Cluster.Work;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Configuration;
using NMoE.Federation.Experiments;
using NMoE.Federation.Measurement;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using Spectre.Console;
using Progress = NMoE.Federation.Measurement.Progress;

namespace NMoE.Cli.Running;

/// <summary>One experiment from the command line: store, threads, world, run directory.</summary>
/// <param name="configuration">What is run.</param>
/// <param name="output">Folder for run directories.</param>
/// <param name="console">Where progress is shown.</param>
public sealed class ExperimentRun(EffectiveConfiguration configuration, string output, IAnsiConsole console)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    /// <summary>Where workers join; null has this process compute alone.</summary>
    public ClusterPlace? Cluster { get; init; }

    /// <summary>Runs to the end and writes the run directory.</summary>
    /// <exception cref="OperationCanceledException">Stopped; what is done is kept.</exception>
    public FinishedRun Go(CancellationToken cancellation)
    {
        var settings = configuration.Settings;
        var catalog = Places.Catalog(settings);
        using var pulse = new Pulse("reading the data", _watch, line => ProgressView.Say(console, line));
        foreach (var notice in configuration.Notices)
            ProgressView.Say(console, $"note       {notice}");
        var shards = Preparation.Checked(settings, catalog, pulse.Do, line => ProgressView.Say(console, line), cancellation);
        foreach (var line in shards.Lines)
            ProgressView.Say(console, line);
        pulse.Do("opening the store");
        var store = new JobStore(Places.Store(settings));
        using var folder = RunFolder.Take(output, $"{settings.Experiment.Name}-{configuration.ConfigHash[..12]}", Leftovers.Removed);
        var writer = folder.Writer;
        writer.WriteEffectiveConfig(configuration.Render());
        var plan = Preparation.WithSecret(shards.Plan, store.Settings);
        LocalExecutor? executor = null;
        var writing = new Lock();
        using var carrier = Cluster?.Start(plan, store, line => ProgressView.Say(console, line));
        using (executor = Preparation.Executor(
            plan, catalog, store, settings.Compute.Threads,
            (_, _, _) =>
            {
                lock (writing)
                {
                    writer.WriteManifest(State(plan, executor!, RunStatus.Running, null, null));
                }
            },
            cancellation,
            carrier))
        {
            RunReport report;
            Manifest manifest;
            writer.WriteManifest(State(plan, executor, RunStatus.Running, null, null));
            using var metrics = new MetricsSoFar(folder.Unfinished, warning => ProgressView.Say(console, "warning: " + warning));
            try
            {
                pulse.Do("dealing the data");
                pulse.Detail = () => FormattableString.Invariant($"{executor.Counts.Run} jobs run, {executor.Counts.Remembered} remembered");
                var outcome = ProgressView.Show(console, _watch, progress => new Experiment(plan, executor, ShownTo(carrier, Beaten(pulse, progress)))
                {
                    Timeline = settings.Evaluation.Enabled ? new Timeline(plan) : null,
                    RoundTold = metrics.Add,
                }.Run(cancellation));
                report = outcome.Report with { Dealt = shards.Dealt, NoiseSecret = plan.Secret is null ? null : SecretFile.Place };
                manifest = State(plan, executor, RunStatus.Finished, null, outcome);
                pulse.Do("writing models, figures and the report");
                foreach (var (name, model) in outcome.Models)
                {
                    writer.WriteModel(name + ".safetensors", executor.ReadBlob(model).Span);
                }

                writer.WriteReport(report, manifest, warning => ProgressView.Say(console, "warning: " + warning));
            }
            catch (Exception end)
            {
                executor.Dispose();
                var status = cancellation.IsCancellationRequested ? RunStatus.Interrupted : RunStatus.Failed;
                metrics.Stop(status);
                writer.WriteManifest(State(
                    plan, executor, status,
                    status == RunStatus.Interrupted ? "it was stopped; the same command goes on from there" : end.Message, null));
                throw;
            }

            return new(folder.Place, report, manifest, folder.MoveIn());
        }
    }

    private static Action<Progress> ShownTo(ClusterCarrier? carrier, Action<Progress> progress) => carrier is null ? progress : at =>
    {
        progress(at);
        carrier.Show(at);
    };

    /// <summary>After the last step of inference come the scores and what there is to compare with.</summary>
    private static Action<Progress> Beaten(Pulse pulse, Action<Progress> progress) => at =>
    {
        pulse.Said();
        pulse.Do(FormattableString.Invariant($"after step {at.Step} of {at.Steps} of {at.Stage}"));
        progress(at);
    };

    private Manifest State(Plan plan, LocalExecutor executor, RunStatus status, string? reason, Outcome? outcome)
    {
        var counts = executor.Counts;
        var settings = configuration.Settings;
        var hashes = outcome is null ? null : RunHashes.Of(outcome);
        return new Manifest(
            settings.Experiment.Name, configuration.ConfigHash,
            hashes?.State, hashes?.Trace, hashes?.Model, hashes?.Metrics, hashes?.Ledger,
            outcome?.VirtualTime.Seconds ?? 0, outcome?.Events ?? 0,
            counts.Run, counts.Remembered,
            counts.RunByKind.ToImmutableSortedDictionary(pair => pair.Key, pair => (long)pair.Value, StringComparer.Ordinal),
            counts.RememberedByKind.ToImmutableSortedDictionary(pair => pair.Key, pair => (long)pair.Value, StringComparer.Ordinal),
            new ManifestRun(
                status, reason, _started, _watch.Elapsed.TotalSeconds, settings.Compute.Threads,
                Places.Store(settings).Path, typeof(ExperimentRun).Assembly.GetName().Version!.ToString(3)))
        {
            World = RunWorld.Simulated,
            Inputs = ResultInputs.Of(plan),
            NoiseFrom = plan.Noise is null ? null : SecretFile.IsNeeded(plan) ? SecretFile.Place : "the seed",
        };
    }
}

/// <summary>A run that came to its end.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Report">Its report.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Before">What was in its folder and is another result; null where there was none.</param>
public sealed record FinishedRun(string Folder, RunReport Report, Manifest Manifest, PutAside? Before);
