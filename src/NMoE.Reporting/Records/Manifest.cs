using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Records;

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

    /// <summary>Whose time the run's is; null in manifests of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunWorld? World { get; init; }

    /// <summary>What the result follows from beside the configuration; null in manifests of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunInputs? Inputs { get; init; }

    /// <summary>SHA-256 of each file that holds a part of the result, by its path in the run's folder; figures and the page are drawn from those. Null in manifests of older versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, string>? Files { get; init; }

    /// <summary>Names the result, whatever process and hour gave it: SHA-256 over its files and state; null where there is none, or an older version's manifest does not tell.</summary>
    [JsonIgnore]
    public string? ResultId => Run.Status != RunStatus.Finished || Files is null
        ? null
        : Canonical.StateHash.Of(Encoding.UTF8.GetBytes(string.Concat(
            Files.Where(file => file.Key != RunFiles.EffectiveConfig).Select(file => $"{file.Key} {file.Value}\n").Append(StateHash ?? ""))));
}

/// <summary>Whose time a run's is.</summary>
public enum RunWorld
{
    /// <summary>Virtual time.</summary>
    Simulated,

    /// <summary>The wall clock's.</summary>
    Live,

    /// <summary>Virtual time, and nothing was learned: times, bytes and failures alone.</summary>
    Rehearsed,
}

/// <summary>What a result follows from beside its configuration: whoever has all of it gets the same bits.</summary>
/// <param name="Code">SHA-256 of the program's code.</param>
/// <param name="Data">The data set's name and the SHA-256 of its content; of generated pictures the generator's name and version.</param>
/// <param name="Arithmetic">libtorch's version, the threads of a job, and the hash of a small training step, which differs where vector units round differently.</param>
/// <param name="Noise">The name of the secret that noise follows from, which gives nothing of it away; null where there is none.</param>
public sealed record RunInputs(string Code, string Data, string Arithmetic, string? Noise)
{
    /// <summary>What differs in words, such as <c>other data and other code</c>; empty where nothing does.</summary>
    public string DifferenceFrom(RunInputs other)
    {
        ArgumentNullException.ThrowIfNull(other);
        (bool Differs, string What)[] parts =
        [
            (Data != other.Data, "other data"), (Code != other.Code, "other code"), (Arithmetic != other.Arithmetic, "other vector units or another libtorch"),
            (Noise != other.Noise, "another secret for noise"),
        ];
        return string.Join(" and ", parts.Where(part => part.Differs).Select(part => part.What));
    }
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
    RunStatus Status, string? Reason, DateTimeOffset StartedUtc, double WallSeconds, int Threads, string? StorePath, string Version)
{
    /// <summary>What the jobs that were run took together, in seconds of the threads that computed them; null where none is counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? JobSeconds { get; init; }
}

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
