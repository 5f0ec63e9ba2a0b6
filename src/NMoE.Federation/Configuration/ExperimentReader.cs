using System.Collections.Immutable;

namespace NMoE.Federation.Configuration;

/// <summary>Reads an experiment: overrides over its file over <c>reference.conf</c>, all checked before anything runs.</summary>
public static class ExperimentReader
{
    private const string ReferenceName = "reference.conf";
    internal const string SetName = "--set";

    /// <summary>The section of a file that holds several experiments.</summary>
    internal const string SweepSection = "sweep";

    /// <summary>The text of <c>hocon/reference.conf</c>: every key with its default, unit, legal values and reason.</summary>
    public static string Reference { get; } = ReferenceText.Of(Keys.Root);

    private static ImmutableArray<Setting> Defaults { get; } =
        [.. HoconScanner.Scan(ReferenceName, Reference, _ => null), .. Keys.OfGates.SelectMany(section => section.Keys).Select(OfGate)];

    /// <summary>The path of every key, in ordinal order.</summary>
    public static ImmutableArray<string> KnownKeys => [.. Keys.All.Select(key => key.Path)];

    /// <summary>What is told of every key, those of gates included, in ordinal order.</summary>
    public static ImmutableArray<KeyFacts> Facts => [.. Keys.All.Select(KeyFacts.Of)];

    /// <summary>Reads an experiment file.</summary>
    /// <param name="file">The file's name, as messages will show it.</param>
    /// <param name="sets">Overrides, each <c>key=value</c>; a later one wins.</param>
    /// <param name="open">The content of a file by its name, null where there is none.</param>
    /// <exception cref="ConfigurationException">The file is missing, is not of the strict subset, sets what is unknown or illegal, or promises what nothing would keep.</exception>
    public static EffectiveConfiguration Read(string file, IReadOnlyList<string> sets, Func<string, string?> open)
    {
        var written = Scan(file, open);
        return written.FirstOrDefault(setting => setting.Path[0] == SweepSection) is not { } sweep
            ? Kept(Bind(written, sets, open))
            : throw new ConfigurationException(
                sweep.Origin, SweepSection, "this file holds several experiments", $"Run it by nmoe sweep {file}");
    }

    private static Setting OfGate(Key key) =>
        HoconScanner.ScanOne(ReferenceName, $"{key.Path} = {key.DefaultText}")[0] with { Origin = new Origin($"default of {key.Gate}", 0, 0) };

    /// <summary>A key that promises what will not be is no slip to warn of.</summary>
    private static EffectiveConfiguration Kept(EffectiveConfiguration read) =>
        read.Unread.Values.FirstOrDefault(unread => unread is { IsStated: true, IsPromise: true }) is { } broken ? throw broken.Refusal() : read;

    /// <summary>What stands in a file and in those that it includes.</summary>
    internal static ImmutableArray<Setting> Scan(string file, Func<string, string?> open)
    {
        var content = open(file)
            ?? throw new ConfigurationException(
                new Origin(file, 0, 0), string.Empty, "there is no such file",
                "Name an existing experiment file, such as experiments/quickstart.conf");
        return HoconScanner.Scan(file, content, open);
    }

    /// <summary>An experiment of what its file says and of overrides.</summary>
    internal static EffectiveConfiguration Bind(ImmutableArray<Setting> file, IReadOnlyList<string> sets, Func<string, string?> open) =>
        Binder.Bind([.. sets.SelectMany(set => Override(set))], file, Defaults, open);

    /// <summary>The settings of an override: its text means what it would mean in a file.</summary>
    /// <param name="set">The text.</param>
    /// <param name="option">The option that it was given with.</param>
    internal static ImmutableArray<Setting> Override(string set, string option = SetName)
    {
        var origin = new Origin(option, 0, 0);
        if (set.IndexOfAny(['=', ':', '{']) < 1)
            throw new ConfigurationException(origin, string.Empty, $"'{set}' is not an override", $"Write {option} key=value");
        try
        {
            return [.. HoconScanner.ScanOne(option, set).Select(setting => setting with { Origin = origin })];
        }
        catch (ConfigurationException fault)
        {
            throw new ConfigurationException(
                origin, fault.Key, fault.Problem,
                $"{fault.Remedy}; it is read as in a file, and the shell takes away quotes that have no others around them, as in {option} 'data.path=\"/a, b\"'");
        }
    }
}
