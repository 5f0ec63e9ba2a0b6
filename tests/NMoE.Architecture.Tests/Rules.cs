using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NMoE.Architecture.Tests;

/// <summary>The rules as functions of text, so that each can be shown to find what it is there for.</summary>
internal static partial class Rules
{
    public const int LongestFile = 300;

    private static readonly string[] FoldersWithoutSubject = ["Utils", "Util", "Utilities", "Helpers", "Misc"];

    /// <summary>The direction of references (CONTRIBUTING.md, "Map of the code"): who may name whom.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new SortedDictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["NMoE.Chance"] = [],
        ["NMoE.Simulation"] = ["NMoE.Chance"],
        ["NMoE.Compute"] = [],
        ["NMoE.Learning"] = ["NMoE.Chance", "NMoE.Compute"],
        ["NMoE.Federation"] = ["NMoE.Chance", "NMoE.Simulation", "NMoE.Compute", "NMoE.Learning"],
        ["NMoE.Reporting"] = ["NMoE.Federation"],
        ["NMoE.Cluster"] = ["NMoE.Federation"],
        ["NMoE.TestKit"] = ["NMoE.Simulation"],
        ["NMoE.Cli"] = ["NMoE.Simulation", "NMoE.Compute", "NMoE.Learning", "NMoE.Federation", "NMoE.Reporting", "NMoE.Cluster"],
        ["NMoE.Bench"] = ["NMoE.Cli"],
    };

    public static IEnumerable<string> WrongReferences(SourceFile project)
    {
        var name = Path.GetFileNameWithoutExtension(project.Path);
        if (!Allowed.TryGetValue(name, out var allowed))
            return [$"{name} has no place in the direction of references"];
        return XDocument.Parse(project.Text).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Where(referenced => !allowed.Contains(referenced))
            .Select(referenced => $"{name} -> {referenced}");
    }

    public static bool BansAmbient(SourceFile project) =>
        XDocument.Parse(project.Text).Descendants("BansAmbient").Any(element => element.Value == "true")
        && !project.Text.Contains("RS0030", StringComparison.Ordinal);

    public static bool NamesAkka(SourceFile file) => AkkaName().IsMatch(file.Text);

    public static bool IsTooLong(SourceFile file) => file.Text.Count(character => character == '\n') >= LongestFile;

    public static bool SkipsATest(SourceFile file) => SkippedTest().IsMatch(file.Text);

    public static bool StartsAProcess(SourceFile file) => ProcessStart().IsMatch(file.Text);

    /// <summary>A line that lifts the ban on the outside world must say why, on the same line.</summary>
    public static IEnumerable<string> UnexplainedExemptions(SourceFile file) =>
        file.Text.Split('\n')
            .Where(line => line.Contains("#pragma warning disable", StringComparison.Ordinal) && line.Contains("RS0030", StringComparison.Ordinal))
            .Where(line => !line.Contains("//", StringComparison.Ordinal))
            .Select(line => $"{file.Path}: {line.Trim()}");

    /// <summary>Whole numbers out of shares are <c>Halves.Round</c>'s; whatever else is rounded says to how many digits, or which way halves go.</summary>
    public static IEnumerable<string> UnsaidRounding(SourceFile file) => file.Text.Split('\n')
        .Where(line => RoundCall().Count(line) > SaidRounding().Count(line))
        .Select(line => $"{file.Path}: {line.Trim()}");

    public static bool HasNoSubject(SourceFile file) =>
        file.Path.Split('/').Any(part => FoldersWithoutSubject.Contains(Path.GetFileNameWithoutExtension(part), StringComparer.OrdinalIgnoreCase));

    /// <summary>A room is a folder: whose namespace says another place than its path does.</summary>
    public static IEnumerable<string> WrongRoom(SourceFile file) =>
        RoomOf(file.Text) is { } room && room != file.Room ? [$"{file.Path} is in {room}"] : [];

    /// <summary>The rooms of its own project that a file opens as a whole. Whatever it takes of them counts, constants included, which leave no trace where they are compiled in.</summary>
    public static IEnumerable<Naming> Openings(SourceFile file) => RoomOf(file.Text) is not { } room ? [] : UsedRoom().Matches(file.Text)
        .Select(match => match.Groups[1].Value)
        .Where(used => used != room && (used + ".").StartsWith(file.Project + ".", StringComparison.Ordinal))
        .Select(used => new Naming(room, used, Path.GetFileName(file.Path), "all of it"));

    private static string? RoomOf(string text) => OwnRoom().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex OwnRoom();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?([A-Z][\w.]*);", RegexOptions.Multiline)]
    private static partial Regex UsedRoom();

    [GeneratedRegex(@"\b(using\s+(static\s+|global::|\w+\s*=\s*)*Akka\b|global::Akka\b|\bAkka\.Actor\b)")]
    private static partial Regex AkkaName();

    [GeneratedRegex(@"\bProcessStartInfo\b|\bProcess\.Start\b")]
    private static partial Regex ProcessStart();

    [GeneratedRegex(@"\bMath\.Round\(")]
    private static partial Regex RoundCall();

    [GeneratedRegex(@"\bMidpointRounding\.|, ?\w*[dD]igits\b|, 9\)")]
    private static partial Regex SaidRounding();

    [GeneratedRegex(@"^\s*\[(Fact|Theory)\w*\([^\]]*\bSkip\s*=|^\s*Assert\.Skip", RegexOptions.Multiline)]
    private static partial Regex SkippedTest();
}
