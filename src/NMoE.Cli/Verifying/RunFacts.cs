using System.Collections.Immutable;
using System.Text.Json;
using NMoE.Reporting.Canonical;

namespace NMoE.Cli.Verifying;

/// <summary>What one run of a verification came to.</summary>
/// <param name="Threads">Compute threads; 0 where nothing was computed.</param>
/// <param name="Hashes">The hash of its state and of each part; null where it did not come to its end.</param>
/// <param name="Events">Number of events.</param>
/// <param name="JobsRun">Jobs that were computed.</param>
/// <param name="JobsRemembered">Jobs that the store answered.</param>
/// <param name="Lacking">Kind of the job that a store lacks which was only to be asked, and where the run ended therefore; else null.</param>
/// <param name="Models">Name and SHA-256 of each final model, in order.</param>
internal sealed record RunFacts(
    int Threads, RunHashes? Hashes, long Events, int JobsRun, int JobsRemembered, string? Lacking, ImmutableArray<ModelFact> Models)
{
    /// <summary>Reads what <see cref="VerifiedRun"/> left in a folder.</summary>
    public static RunFacts Read(RunTrail trail) => JsonSerializer.Deserialize<RunFacts>(File.ReadAllBytes(trail.Facts))
        ?? throw new InvalidDataException($"'{trail.Facts}' holds no facts of a run.");

    /// <summary>Writes them into a folder.</summary>
    public void Write(RunTrail trail) => File.WriteAllBytes(trail.Facts, JsonSerializer.SerializeToUtf8Bytes(this));
}

/// <summary>A final model.</summary>
/// <param name="Name">Its name, as in <c>expert-00003</c>.</param>
/// <param name="Hash">SHA-256 of its file.</param>
internal sealed record ModelFact(string Name, string Hash);

/// <summary>Files that one run of a verification leaves, for the comparison.</summary>
/// <param name="Folder">Their folder.</param>
internal sealed record RunTrail(string Folder)
{
    /// <summary>Hashes and counts.</summary>
    public string Facts => Path.Combine(Folder, "facts.json");

    /// <summary>The events in their canonical form, 32 bytes each: its SHA-256 is the trace's hash.</summary>
    public string Trace => Path.Combine(Folder, "events.trace");

    /// <summary>As in the run's directory.</summary>
    public string Metrics => Path.Combine(Folder, "metrics.jsonl");

    /// <summary>As in the run's directory.</summary>
    public string Ledger => Path.Combine(Folder, "ledger.csv");
}
