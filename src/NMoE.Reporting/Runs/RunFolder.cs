using NMoE.Reporting.Files;
using NMoE.Reporting.Records;

namespace NMoE.Reporting.Runs;

/// <summary>
/// Where a result lies. <c>NAME</c> holds the last one that is whole. A run in progress writes to <c>NAME.unfinished</c> and moves in at its end; another result of the same
/// name that was there is put aside as <c>NAME.aside-ID</c>, and nothing is ever overwritten.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>What follows the name of a folder whose run goes on, or was stopped.</summary>
    public const string UnfinishedEnding = ".unfinished";

    private const string RehearsedEnding = "-rehearsed";
    private const string AsideEnding = ".aside-";
    private const int IdDigits = 8;
    private const int HashDigits = 12;
    private readonly FolderLock _lock;

    private RunFolder(string place, FolderLock held, Leftovers leftovers)
    {
        (Place, _lock) = (place, held);
        MoveInWhatAKilledProcessLeft();
        if (leftovers == Leftovers.Removed && Directory.Exists(Unfinished))
            Try(Unfinished, () => Directory.Delete(Unfinished, recursive: true));
        Writer = new RunWriter(Unfinished);
    }

    /// <summary>Where the result will lie, absolute.</summary>
    public string Place { get; }

    /// <summary>Where it is written until it is whole, absolute.</summary>
    public string Unfinished => Place + UnfinishedEnding;

    /// <summary>Writes there.</summary>
    public RunWriter Writer { get; }

    /// <summary>The place of a folder that may be unfinished.</summary>
    internal static string PlaceOf(string folder) => folder.EndsWith(UnfinishedEnding, StringComparison.Ordinal) ? folder[..^UnfinishedEnding.Length] : folder;

    /// <summary>The name of a result's folder: a rehearsed one has its own, so that it is never taken for a run in which something was learned.</summary>
    /// <param name="name">The experiment's or the sweep's name.</param>
    /// <param name="configHash">The hash of its configuration, of more than 12 digits.</param>
    /// <param name="world">Whose time it goes through.</param>
    public static string NameOf(string name, string configHash, RunWorld world)
    {
        ArgumentNullException.ThrowIfNull(configHash);
        return $"{name}-{configHash[..HashDigits]}{(world == RunWorld.Rehearsed ? RehearsedEnding : "")}";
    }

    /// <summary>Takes a place for one process.</summary>
    /// <param name="output">Folder of run directories.</param>
    /// <param name="name">As in <c>quickstart-0123456789ab</c>.</param>
    /// <param name="leftovers">What becomes of what a stopped run left there.</param>
    /// <exception cref="FolderBusyException">Another process writes there.</exception>
    /// <exception cref="OutputNotWritableException">It cannot be made or written.</exception>
    public static RunFolder Take(string output, string name, Leftovers leftovers)
    {
        var place = Path.GetFullPath(Path.Combine(output, name));
        var held = FolderLock.Take(place);
        try
        {
            return new RunFolder(place, held, leftovers);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Moves the result to its place. Its manifest is the last file written.</summary>
    /// <returns>What was there before and is another result; null where there was none, or the same.</returns>
    /// <exception cref="OutputNotWritableException">It cannot be moved; it is whole where it is.</exception>
    public PutAside? MoveIn()
    {
        var next = RunReader.ReadManifest(Unfinished);
        var aside = PutAside(next);
        if (next.ResultId is { } id && Directory.Exists(AsideOf(id)))
            Replace(AsideOf(id), Unfinished);
        Try(Place, () => Directory.Move(Unfinished, Place));
        return aside;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private PutAside? PutAside(Manifest next)
    {
        if (!Directory.Exists(Place))
            return null;
        var before = ManifestOf(Place);
        if (before?.ResultId is { } id && id == next.ResultId)
        {
            Replace(Place, Unfinished);
            return null;
        }

        var aside = before?.ResultId is { } other ? AsideOf(other) : FreeName();
        if (Directory.Exists(aside))
            Replace(aside, Place);
        Try(aside, () => Directory.Move(Place, aside));
        return new PutAside(aside, Why(before, next));
    }

    /// <summary>Makes room for the same result: what else was put into the folder goes along.</summary>
    private static void Replace(string old, string next) => Try(old, () =>
    {
        foreach (var path in Directory.GetFiles(old, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(next, Path.GetRelativePath(old, path));
            if (File.Exists(to))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(path, to);
        }

        Directory.Delete(old, recursive: true);
    });

    private static string Why(Manifest? before, Manifest next)
    {
        if (before?.Inputs is not { } then || next.Inputs is not { } now)
            return "it does not say what it followed from";
        if (before.World == RunWorld.Live)
            return "an earlier live run";
        return then.DifferenceFrom(now) is { Length: > 0 } difference ? $"it is of {difference}" : "it differs, though data, code and vector units are the same: see nmoe verify";
    }

    private string AsideOf(string id) => Place + AsideEnding + id[..IdDigits];

    private string FreeName() => Enumerable.Range(1, int.MaxValue)
        .Select(number => FormattableString.Invariant($"{Place}{AsideEnding}{number}")).First(path => !Path.Exists(path));

    /// <summary>A run that was killed between its last file and its move is whole.</summary>
    private void MoveInWhatAKilledProcessLeft()
    {
        if (Directory.Exists(Unfinished) && ManifestOf(Unfinished) is { ResultId: not null })
            MoveIn();
    }

    private static Manifest? ManifestOf(string folder)
    {
        try
        {
            return RunReader.ReadManifest(folder);
        }
        catch (RunUnreadableException)
        {
            return null;
        }
    }

    private static void Try(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OutputNotWritableException(path, problem);
        }
    }
}

/// <summary>A result that made room for another one of its configuration.</summary>
/// <param name="Folder">Where it is now.</param>
/// <param name="Why">What it differs in, in words.</param>
public sealed record PutAside(string Folder, string Why);

/// <summary>What becomes of what a stopped run left.</summary>
public enum Leftovers
{
    /// <summary>It is removed: the run makes it again.</summary>
    Removed,

    /// <summary>It stays, for it holds whole results of its own.</summary>
    Kept,
}
