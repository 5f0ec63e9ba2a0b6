using System.Collections.Immutable;
using System.Diagnostics;
using NMoE.Compute.Execution;
using NMoE.Federation.Configuration;
using NMoE.Federation.Experiments;
using NMoE.Federation.Roles;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Running;

/// <summary>The manifest of a run, which says how the run stands from its first job on. From any thread.</summary>
/// <param name="configuration">What is run.</param>
/// <param name="plan">The experiment, with its secret.</param>
/// <param name="writer">The run's folder.</param>
/// <param name="watch">Wall clock of the run.</param>
internal sealed class RunState(EffectiveConfiguration configuration, Plan plan, RunWriter writer, Stopwatch watch)
{
    // Of a run of so many jobs, nobody misses the last few where it was killed; writing after each took as long as the small ones themselves.
    private const int Many = 10_000;
    private const int Step = 100;

    private readonly Lock _writing = new();
    private int _jobs;
    private long _jobTicks;
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow - watch.Elapsed;

    /// <summary>Whose time it is.</summary>
    public RunWorld World { get; init; } = RunWorld.Simulated;

    /// <summary>How many jobs there were; none while nothing counts them.</summary>
    public Func<ExecutorCounts>? Counts { get; set; }

    /// <summary>Writes that it goes on.</summary>
    public void WriteRunning() => Write(RunStatus.Running, null);

    /// <summary>Writes that it goes on, after one more job; once there were ten thousand, after each hundredth.</summary>
    /// <param name="time">What its function took.</param>
    public void WriteJob(TimeSpan time)
    {
        Interlocked.Add(ref _jobTicks, time.Ticks);
        if (Interlocked.Increment(ref _jobs) is var jobs && (jobs <= Many || jobs % Step == 0))
            WriteRunning();
    }

    /// <summary>Writes that it ended without a result.</summary>
    /// <param name="status">How.</param>
    /// <param name="reason">Why.</param>
    public void Write(RunStatus status, string? reason)
    {
        lock (_writing)
            writer.WriteManifest(Of(status, reason, null));
    }

    /// <summary>The manifest of a run with a result.</summary>
    public Manifest Finished(Outcome outcome) => Of(RunStatus.Finished, null, outcome);

    private Manifest Of(RunStatus status, string? reason, Outcome? outcome)
    {
        var counts = Counts?.Invoke();
        var settings = configuration.Settings;
        var hashes = outcome is null ? null : RunHashes.Of(outcome);
        return new Manifest(
            settings.Experiment.Name, configuration.ConfigHash,
            hashes?.State, hashes?.Trace, hashes?.Model, hashes?.Metrics, hashes?.Ledger,
            outcome?.VirtualTime.Seconds ?? 0, outcome?.Events ?? 0,
            counts?.Run ?? 0, counts?.Remembered ?? 0, ByKind(counts?.RunByKind), ByKind(counts?.RememberedByKind),
            new ManifestRun(
                status, reason, _started, watch.Elapsed.TotalSeconds, settings.Compute.Threads,
                World == RunWorld.Rehearsed ? null : Places.Store(settings).Path, typeof(RunState).Assembly.GetName().Version!.ToString(3))
            {
                JobSeconds = World == RunWorld.Rehearsed ? null : new TimeSpan(Interlocked.Read(ref _jobTicks)).TotalSeconds,
            })
        {
            World = World,
            Inputs = World == RunWorld.Rehearsed ? ResultInputs.OfTimes(plan) : ResultInputs.Of(plan),
            NoiseFrom = plan.Pipeline.Noise is null ? null : SecretFile.IsNeeded(plan) ? SecretFile.Place : "the seed",
        };
    }

    private static ImmutableSortedDictionary<string, long> ByKind(IEnumerable<KeyValuePair<string, int>>? counts) =>
        (counts ?? []).ToImmutableSortedDictionary(pair => pair.Key, pair => (long)pair.Value, StringComparer.Ordinal);
}
