using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Watching;

/// <summary>How a run or a sweep stands, as JSON.</summary>
/// <param name="Json">The document.</param>
/// <param name="Version">A word that differs where the document does.</param>
public sealed record WatchedState(ReadOnlyMemory<byte> Json, string Version)
{
    /// <summary>The state that a document tells.</summary>
    /// <param name="document">Its members are those of the JSON.</param>
    public static WatchedState Of(object document)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(document, RunJson.Line);
        return new(json, Convert.ToHexStringLower(SHA256.HashData(json))[..16]);
    }
}

/// <summary>What a page watches.</summary>
public interface IWatched
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>How it stands now.</summary>
    /// <param name="run">The name of one of its runs; null for what is watched itself.</param>
    /// <returns>Null where there is no such run.</returns>
    WatchedState? State(string? run);
}

/// <summary>
/// Reads how a run or a sweep stands from its folder, and nothing else: while it goes on from <c>NAME.unfinished</c>, once it has ended from <c>NAME</c>, and again from the former when it is started anew. What
/// was read is kept until a file changes, so that many who ask cost what one does.
/// </summary>
public sealed class WatchedFolder : IWatched
{
    private const string Waiting = "waiting";

    // A look may cost a hundredth of a processor: of a run of many rounds it takes longer, and is taken less often. It is taken at least twice a minute.
    private const int Rest = 100;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    private readonly string _place;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (string Stamp, WatchedState State, long Ended, TimeSpan Good)> _known = new(StringComparer.Ordinal);

    /// <summary>Looks at a folder.</summary>
    /// <param name="folder">A run or a sweep, finished or not.</param>
    /// <exception cref="RunUnreadableException">There is neither.</exception>
    public WatchedFolder(string folder)
    {
        _place = RunFolder.PlaceOf(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (Folder(_place) is null)
            throw new RunUnreadableException(folder, "there is no run or sweep.", "Name a folder like runs/NAME-HASH, of a run that goes on or has ended.");
    }

    /// <summary>For how long a look at the files is good enough for all who ask; longer where the look itself took long. The default value is zero: each looks anew.</summary>
    public TimeSpan Freshness { get; init; }

    /// <summary>The name of what is watched.</summary>
    public string Name => Path.GetFileName(_place);

    /// <summary>How it stands now.</summary>
    /// <param name="run">The name of a run of a sweep, as its list has it; null for what is watched itself.</param>
    /// <returns>Null where the sweep has no such run.</returns>
    public WatchedState? State(string? run)
    {
        lock (_lock)
        {
            if (run is null)
                return Read(_place);

            // By the names that there are: no path is made of what was asked.
            return Runs().FirstOrDefault(known => Path.GetFileName(known) == run) is { } place ? Read(place) : null;
        }
    }

    private ImmutableArray<string> Runs() => Folder(_place) is not { } folder ? []
        : [.. Directory.GetDirectories(folder).Where(run => File.Exists(Path.Combine(run, RunFiles.Manifest))).Select(RunFolder.PlaceOf).Distinct().Order(StringComparer.Ordinal)];

    private WatchedState Read(string place)
    {
        if (_known.TryGetValue(place, out var known) && Stopwatch.GetElapsedTime(known.Ended) < known.Good)
            return known.State;
        var began = Stopwatch.GetTimestamp();
        var stamp = Stamp(place);
        var state = known.Stamp == stamp ? known.State : WatchedState.Of(Document(place));
        var took = Stopwatch.GetElapsedTime(began);
        _known[place] = (stamp, state, Stopwatch.GetTimestamp(), GoodFor(Freshness, took));
        return state;
    }

    /// <summary>For how long a look is good enough.</summary>
    /// <param name="freshness">As <see cref="Freshness"/>.</param>
    /// <param name="took">How long the look took.</param>
    internal static TimeSpan GoodFor(TimeSpan freshness, TimeSpan took) =>
        freshness == TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(freshness.Ticks, Math.Min(s_longest.Ticks, Rest * took.Ticks)));

    /// <summary>Sizes and times of what it is read from, and whether a process writes there: one that is killed changes no file.</summary>
    private string Stamp(string place) => string.Join('\n', new[] { place, place + RunFolder.UnfinishedEnding }
        .SelectMany(folder => new[] { RunFiles.Manifest, RunFiles.Metrics }.Select(name => new FileInfo(Path.Combine(folder, name))))
        .Concat(place == _place ? Runs().SelectMany(run => new[] { run, run + RunFolder.UnfinishedEnding }).Select(run => new FileInfo(Path.Combine(run, RunFiles.Manifest))) : [])
        .Select(file => file.Exists ? FormattableString.Invariant($"{file.Length} {file.LastWriteTimeUtc.Ticks}") : "-")
        .Append(FolderLock.IsHeld(place) ? "held" : "free"));

    /// <summary>The folder of a place: a run that goes on before one that has ended. Null between the two.</summary>
    private static string? Folder(string place) => new[] { place + RunFolder.UnfinishedEnding, place }.FirstOrDefault(folder => File.Exists(Path.Combine(folder, RunFiles.Manifest)));

    private object Document(string place)
    {
        var name = Path.GetFileName(place);
        try
        {
            if (Folder(place) is not { } folder)
                return new { kind = "run", name, status = Waiting };
            if (place == _place && Runs() is { IsEmpty: false })
                return new { kind = "sweep", name, status = RunListing.StateOf(folder), runs = RunListing.Of(folder) };
            return Run(folder, name);
        }
        catch (Exception moving) when (moving is RunUnreadableException or IOException)
        {
            // A folder that moves to its place, or a file that is replaced, while it is read: the next look finds it.
            return new { kind = "run", name, status = Waiting, problem = moving.Message };
        }
    }

    private static object Run(string folder, string name)
    {
        var manifest = RunReader.ReadManifest(folder);
        var finished = manifest.Run.Status == RunStatus.Finished;
        var report = finished ? RunReader.Read(folder) : RunReader.ReadSoFar(folder);
        return new
        {
            kind = "run",
            name,
            status = RunListing.StateOf(folder),
            reason = manifest.Run.Reason,
            started = manifest.Run.StartedUtc,
            wallSeconds = manifest.Run.WallSeconds,
            virtualSeconds = manifest.VirtualSeconds,
            jobsRun = manifest.JobsRun,
            jobsRemembered = manifest.JobsRemembered,
            rounds = report.Rounds,
            passes = report.Passes.Select(pass => new { pass.Gate, pass.Test, pass.Accuracy, pass.LocalRatio, pass.BytesPerSample, pass.MeanLatencySeconds, routing = pass.Routing.IsDefault ? [] : pass.Routing }),
            waits = report.Waiting?.Stages ?? [],
            links = report.Links,
        };
    }
}
