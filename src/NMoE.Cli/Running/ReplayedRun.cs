using NMoE.Compute.Store;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Experiments;
using NMoE.Federation.Records;
using NMoE.Federation.Rehearsals;
using NMoE.Learning.Registry;
using NMoE.Reporting;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Running;

/// <summary>A finished run gone through once more, as its store remembers it, to see each of its events. It is the same run, or it says that it is not: the hash of all events is the one that the run left.</summary>
/// <param name="folder">Its folder.</param>
internal sealed class ReplayedRun(string folder)
{
    private readonly Manifest _manifest = RunReader.ReadManifest(folder);

    /// <summary>Whether there is a run in virtual time to go through.</summary>
    public bool IsSimulated => _manifest.World != RunWorld.Live;

    /// <summary>Goes through it.</summary>
    /// <param name="told">Told of each event.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ReplayException">It cannot be gone through again.</exception>
    /// <exception cref="ReplayDiffersException">These were not the events of the run.</exception>
    public void Go(Action<CapturedEvent> told, CancellationToken cancellation)
    {
        var configuration = ExperimentReader.Read(Path.Combine(folder, RunFiles.EffectiveConfig), [], new InputFiles().Open);
        if (configuration.ConfigHash != _manifest.ConfigHash)
            throw new ReplayException(folder, "what its effective.conf names, such as a trace, has changed since.");
        try
        {
            var outcome = Experiment(configuration, told).Run(cancellation);
            if (outcome.TraceHash != _manifest.TraceHash)
                throw new ReplayDiffersException(folder);
        }
        catch (Exception end) when (Remembered.Lacking(end) is { } lacking)
        {
            throw new ReplayException(folder, $"the store does not remember its job '{lacking.Kind}', as this version of the program computes it.");
        }
    }

    private Experiment Experiment(EffectiveConfiguration configuration, Action<CapturedEvent> told)
    {
        var settings = configuration.Settings;
        var catalog = Places.Catalog(settings);
        if (_manifest.World == RunWorld.Rehearsed)
        {
            var times = TimesAlone.Of(Plans.Of(settings, catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading).Spec));
            return new(times, TimesAlone.Executor(times, LearningFunctions.All(catalog)), _ => { }) { Counts = Counted.TimesAlone, Watch = new Capture(told) };
        }

        var store = new JobStore(Places.Store(settings));
        var plan = Preparation.WithSecret(Shards.Of(settings, catalog).Plan, store.Settings);
        return new(plan, Remembered.Executor(plan, catalog, store), _ => { }) { Watch = new Capture(told) };
    }
}

/// <summary>A run that cannot be gone through again.</summary>
/// <param name="folder">Its folder.</param>
/// <param name="problem">Why; a sentence.</param>
internal sealed class ReplayException(string folder, string problem) : ReportingException(
    $"'{folder}' cannot be gone through again: {problem} Run nmoe run {Path.Combine(folder, RunFiles.EffectiveConfig)} first, and take the folder that it leaves; timeline.csv holds what the run recorded.");

/// <summary>A run that is another one now.</summary>
/// <param name="folder">Its folder.</param>
internal sealed class ReplayDiffersException(string folder) : ReportingException(
    $"These are not the events of '{folder}': gone through again, the experiment has another trace. The program or its data are others than the run's, which its manifest.json names.");
