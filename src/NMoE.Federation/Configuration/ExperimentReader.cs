using System.Collections.Immutable;

namespace NMoE.Federation.Configuration;

/// <summary>Reads an experiment: overrides over its file over <c>reference.conf</c>, all checked before anything runs.</summary>
public static class ExperimentReader
{
    private const string ReferenceName = "reference.conf";
    private const string SetName = "--set";

    /// <summary>The text of <c>hocon/reference.conf</c>: every key with its default, unit, legal values and reason.</summary>
    public static string Reference { get; } = Embedded.Text(ReferenceName);

    /// <summary>The path of every key, in ordinal order.</summary>
    public static ImmutableArray<string> KnownKeys => [.. Keys.All.Select(key => key.Path)];

    /// <summary>Reads an experiment file.</summary>
    /// <param name="file">The file's name, as messages will show it.</param>
    /// <param name="sets">Overrides, each <c>key=value</c>; a later one wins.</param>
    /// <param name="open">The content of a file by its name, null where there is none.</param>
    /// <exception cref="ConfigurationException">The file is missing, is not of the strict subset, or sets what is unknown or illegal.</exception>
    public static EffectiveConfiguration Read(string file, IReadOnlyList<string> sets, Func<string, string?> open)
    {
        var written = Scan(file, open);
        return written.FirstOrDefault(setting => setting.Path[0] == SweepReader.Section) is not { } sweep
            ? Bind(written, sets, open)
            : throw new ConfigurationException(
                sweep.Origin, SweepReader.Section, "this file holds several experiments", $"Run it by nmoe sweep {file}");
    }

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
        Binder.Bind([.. sets.SelectMany(set => Override(set))], file, HoconScanner.Scan(ReferenceName, Reference, _ => null), open);

    private static ImmutableArray<Setting> Override(string set)
    {
        var origin = new Origin(SetName, 0, 0);
        var split = set.IndexOf('=', StringComparison.Ordinal);
        if (split < 1)
            throw new ConfigurationException(origin, string.Empty, $"'{set}' is not an override", "Write --set key=value");
        var (key, value) = (set[..split].Trim(), set[(split + 1)..].Trim());

        // A shell has taken the quotes away: what is not a list or section is taken as it is.
        var spelt = value.Length > 0 && value[0] is '[' or '{' or '"' ? value : HoconEngine.Quote(value);
        try
        {
            var settings = HoconScanner.Scan(SetName, $"{key} = {spelt}", _ => null);
            return settings.Length > 0
                ? [.. settings.Select(setting => setting with { Origin = origin })]
                : throw new ConfigurationException(origin, key, "this is not a key", "Write --set key=value");
        }
        catch (ConfigurationException fault)
        {
            throw new ConfigurationException(origin, key, fault.Problem, fault.Remedy);
        }
    }
}
