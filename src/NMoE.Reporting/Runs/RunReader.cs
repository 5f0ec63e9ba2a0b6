using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;

namespace NMoE.Reporting.Runs;

/// <summary>Reads what a run left behind. Nothing missing or unknown is passed over.</summary>
public static class RunReader
{
    private const string NotOurs =
        "It must be the file that this version of nmoe wrote: run the experiment again, which computes nothing that the store remembers.";

    private const string NotFinished =
        "The run has not finished, or this is not the folder of a run. Name a folder like runs/NAME-HASH of a finished run.";

    private const string Unfinished =
        "Wait for its end, or start it again: the same command goes on from there. Until then nmoe plot draws its rounds so far.";

    private const string NoRounds =
        "No rounds were kept here. Name a folder like runs/NAME-HASH.unfinished of a run of nmoe run.";

    /// <summary>Reads a run's report.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="RunUnreadableException">There is no such run, it has not finished, or its report is malformed.</exception>
    public static RunReport Read(string folder)
    {
        if (StatusOf(folder) is { } status and not RunStatus.Finished)
            throw new RunUnreadableException(folder, $"the run is unfinished: '{RunFiles.Manifest}' says {status.ToString().ToLowerInvariant()}.", Unfinished);
        var path = Path.Combine(folder, RunFiles.Report);
        var report = Parse<RunReport>(folder, RunFiles.Report, NotFinished);
        Check(report, path);
        var manifest = ReadManifest(folder);
        bool Holds(string name) => manifest.Files?.ContainsKey(name) ?? true;
        report = report with
        {
            Timeline = Holds(RunFiles.Timeline) ? Rows(folder, RunFiles.Timeline, SpanFile.Header, SpanFile.Read) : [],
            Links = Holds(RunFiles.Links) ? Rows(folder, RunFiles.Links, LinkFile.Header, LinkFile.Read) : [],
        };
        CheckFiles(folder, manifest);
        return report;
    }

    /// <summary>A finished run's passes alone, without a look at its other files.</summary>
    /// <exception cref="RunUnreadableException">Its report is missing or malformed.</exception>
    internal static ImmutableArray<PassRecord> ReadPasses(string folder) =>
        Parse<RunReport>(folder, RunFiles.Report, NotFinished).Passes;

    /// <summary>The keys that a run read, with their values as they were written.</summary>
    /// <exception cref="RunUnreadableException">They are missing.</exception>
    internal static ImmutableSortedDictionary<string, string> ReadKeys(string folder) =>
        WrittenKey.Of(Text(folder, RunFiles.EffectiveConfig, NotOurs)).ToImmutableSortedDictionary(key => key.Key, key => key.Value, StringComparer.Ordinal);

    /// <summary>How a run stands; null where there is no manifest.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="RunUnreadableException">Its manifest is malformed.</exception>
    public static RunStatus? StatusOf(string folder) => File.Exists(Path.Combine(folder, RunFiles.Manifest)) ? ReadManifest(folder).Run.Status : null;

    /// <summary>Reads the rounds so far of a run that goes on, or was stopped or killed. The last line of a round counts; a last line that is not whole is none.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>A report of rounds alone.</returns>
    /// <exception cref="RunUnreadableException">There is no such run, or a line of it is malformed.</exception>
    public static RunReport ReadSoFar(string folder)
    {
        var manifest = ReadManifest(folder);
        var path = Path.Combine(folder, RunFiles.Metrics);
        var lines = Text(folder, RunFiles.Metrics, NoRounds).Split('\n')[..^1];
        var rounds = new List<RoundRecord>();
        foreach (var (text, number) in lines.Select((text, index) => (text, index + 1)))
        {
            if (RoundOf(path, text, number) is not { } round)
                continue;
            var place = rounds.FindIndex(known => known.Stage == round.Stage && known.Round >= round.Round);
            if (place < 0)
                rounds.Add(round);
            else if (rounds[place].Round == round.Round && rounds[place].VirtualSeconds.Equals(round.VirtualSeconds))
                rounds[place] = round;
            else
                rounds = [.. rounds[..place], round];
        }

        return new RunReport(manifest.Name, [.. rounds], [], [], [])
        {
            Clock = manifest.World == RunWorld.Live ? RunReport.WallClock : null,
            TimesAlone = manifest.World == RunWorld.Rehearsed,
        };
    }

    /// <summary>Reads a run's manifest.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="RunUnreadableException">There is no such run, or its manifest is malformed.</exception>
    public static Manifest ReadManifest(string folder) => Parse<Manifest>(
        folder, RunFiles.Manifest, "This is not the folder of a run. Name a folder like runs/NAME-HASH.");

    /// <summary>Whose time a run's is. Manifests of older versions do not say; live runs alone left a file of rounds.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="RunUnreadableException">There is no such run, or its manifest is malformed.</exception>
    public static RunWorld WorldOf(string folder) =>
        ReadManifest(folder).World ?? (File.Exists(Path.Combine(folder, RunFiles.Rounds)) ? RunWorld.Live : RunWorld.Simulated);

    private static string Text(string folder, string name, string remedy) => Opened(folder, name, remedy, File.ReadAllText);

    private static T Opened<T>(string folder, string name, string remedy, Func<string, T> read)
    {
        var path = Path.Combine(folder, name);
        if (!Directory.Exists(folder))
            throw new RunUnreadableException(folder, "there is no such folder.", "Name a folder like runs/NAME-HASH.");
        try
        {
            return read(path);
        }
        catch (FileNotFoundException missing)
        {
            throw new RunUnreadableException(path, "the file is missing.", remedy, missing);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RunUnreadableException(path, problem.Message, "It must be a file that this user may read.", problem);
        }
    }

    /// <summary>The records of a table that older versions, and runs without evaluation, did not write: none then.</summary>
    private static ImmutableArray<T> Rows<T>(string folder, string name, string header, Func<string[], T?> read)
        where T : class
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            return [];
        var rows = Csv.Rows(Text(folder, name, NotOurs)).ToArray();
        if (rows.Length == 0 || string.Join(',', rows[0].Fields) != header)
            throw new RunUnreadableException(path, $"line 1 is not '{header}'.", NotOurs);
        return
        [
            .. rows.Skip(1).Select(row => read(row.Fields)
                ?? throw new RunUnreadableException(
                    path, string.Create(CultureInfo.InvariantCulture, $"line {row.Line} does not hold what line 1 says."), NotOurs)),
        ];
    }

    /// <summary>The round that a line tells of; null where it tells of something else.</summary>
    private static RoundRecord? RoundOf(string path, string text, int number)
    {
        try
        {
            var line = JsonNode.Parse(text)?.AsObject() ?? throw new JsonException("null instead of an object");
            return line.Remove("line", out var kind) && kind?.GetValue<string>() == "round" ? line.Deserialize<RoundRecord>(RunJson.Line) : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new RunUnreadableException(path, string.Create(CultureInfo.InvariantCulture, $"line {number} is not what a run writes: {problem.Message}"), NotOurs, problem);
        }
    }

    /// <summary>From the file as it is read: the report of many clients is longer than a string can be.</summary>
    private static T Parse<T>(string folder, string name, string remedy) => Opened(folder, name, remedy, Parse<T>);

    private static T Parse<T>(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(file, RunJson.Indented)
                ?? throw new RunUnreadableException(path, "it holds null instead of an object.", NotOurs);
        }
        catch (JsonException problem)
        {
            var line = (problem.LineNumber ?? 0) + 1;
            throw new RunUnreadableException(
                path, string.Create(CultureInfo.InvariantCulture, $"line {line}: {problem.Message}"), NotOurs, problem);
        }
    }

    /// <summary>Files of two runs in one folder would make figures of neither. Older versions did not list theirs.</summary>
    private static void CheckFiles(string folder, Manifest manifest)
    {
        foreach (var (name, hash) in manifest.Files ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            var path = Path.Combine(folder, name);
            if (Canonical.StateHash.Of(Bytes(path)) != hash)
                throw new RunUnreadableException(path, $"it is not the file of the run that '{RunFiles.Manifest}' beside it tells of: it was changed, or two runs are mixed here.", NotOurs);
        }
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RunUnreadableException(path, "the file is missing.", NotOurs, problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RunUnreadableException(path, problem.Message, "It must be a file that this user may read.", problem);
        }
    }

    // What the types cannot say: figures and tables rely on it.
    private static void Check(RunReport report, string path)
    {
        foreach (var (pass, number) in report.Passes.Select((pass, index) => (pass, index + 1)))
        {
            if (pass.Routing.Any(row => row.IsDefault || row.Length != pass.Routing.Length))
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"pass {number} ({pass.Gate}, {pass.Test})");
                throw new RunUnreadableException(path, $"{where}: routing is not a square matrix.", NotOurs);
            }

            if (pass.PeerRouting is { } peers && (peers.IsDefault || peers.Any(row => row.IsDefault || row.Any(share => share.Expert < 0 || share.Expert >= peers.Length))))
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"pass {number} ({pass.Gate}, {pass.Test})");
                throw new RunUnreadableException(path, $"{where}: routing names an expert of no client.", NotOurs);
            }
        }
    }
}
