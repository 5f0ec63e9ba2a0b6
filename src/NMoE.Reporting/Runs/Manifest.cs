using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NMoE.Reporting.Runs;

/// <summary>
/// What a run is and how far it came: <c>manifest.json</c>. All but <see cref="Run"/> and the counts of jobs is a function of the experiment
/// alone. A hash is null until the run has finished.
/// </summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="ConfigHash">Of every key but <c>compute.*</c>, paths and output; lower-case hexadecimal, as all hashes here.</param>
/// <param name="StateHash">Of the four that follow: <see cref="Canonical.StateHash.Combine"/>.</param>
/// <param name="TraceHash">Of the events: time, from, to, kind, bytes.</param>
/// <param name="ModelHash">Of the final models in client order.</param>
/// <param name="MetricsHash">SHA-256 of <c>metrics.jsonl</c>.</param>
/// <param name="LedgerHash">SHA-256 of <c>ledger.csv</c>.</param>
/// <param name="VirtualSeconds">Virtual time reached, in seconds.</param>
/// <param name="Events">Events delivered.</param>
/// <param name="JobsRun">Jobs that were computed.</param>
/// <param name="JobsRemembered">Jobs whose result was in the store.</param>
/// <param name="JobsRunByKind">The first count by kind of job, ordered by name.</param>
/// <param name="JobsRememberedByKind">The second count by kind of job, ordered by name.</param>
/// <param name="Run">What depends on the machine and the hour.</param>
public sealed record Manifest(
    string Name,
    string ConfigHash,
    string? StateHash,
    string? TraceHash,
    string? ModelHash,
    string? MetricsHash,
    string? LedgerHash,
    double VirtualSeconds,
    long Events,
    long JobsRun,
    long JobsRemembered,
    ImmutableSortedDictionary<string, long> JobsRunByKind,
    ImmutableSortedDictionary<string, long> JobsRememberedByKind,
    ManifestRun Run)
{
    /// <summary>What noise on clients' releases follows from: <c>the seed</c>, or where the secret is kept; null where there is no noise.</summary>
    /// <remarks>Hashes of a run whose noise follows from a secret are a function of the experiment and that secret.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NoiseFrom { get; init; }
}

/// <summary>The part of a manifest that is no function of the experiment.</summary>
/// <param name="Status">How the run stands.</param>
/// <param name="Reason">Why it stands so; null where there is nothing to say.</param>
/// <param name="StartedUtc">When the process started the run.</param>
/// <param name="WallSeconds">Seconds since, by the wall clock.</param>
/// <param name="Threads">Compute threads.</param>
/// <param name="StorePath">Folder of the store; null if there is none.</param>
/// <param name="Version">Version of NMoE.</param>
public sealed record ManifestRun(
    RunStatus Status, string? Reason, DateTimeOffset StartedUtc, double WallSeconds, int Threads, string? StorePath, string Version);

/// <summary>How a run stands.</summary>
public enum RunStatus
{
    /// <summary>It goes on, or its process was killed.</summary>
    Running,

    /// <summary>It came to its end.</summary>
    Finished,

    /// <summary>It was asked to stop; the same command goes on from there.</summary>
    Interrupted,

    /// <summary>It ended with an error.</summary>
    Failed,
}
