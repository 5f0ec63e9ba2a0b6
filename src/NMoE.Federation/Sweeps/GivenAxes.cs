using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Configuration;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Sweeps;

/// <summary>
/// Axes from the command line: <c>gate.balance=0,0.01,0.1</c>, or <c>seed=1..5</c> for whole numbers one after the other. An axis bears its key's name, and a label its value's. One over
/// <c>seed</c>, or over <c>gate.seed</c>, is one of repeats, where the sweep names none.
/// </summary>
internal static class GivenAxes
{
    private const string Option = "--axis";
    private const string Example = "Write KEY=VALUE,VALUE,... or KEY=FIRST..LAST, as in --axis seed=1..5 --axis gate.balance=0,0.01,0.1";
    private const int MostLabels = 1000;

    /// <summary>What they would say in a sweep's file.</summary>
    /// <param name="given">Each <c>KEY=VALUES</c>.</param>
    /// <param name="file">The file's own section.</param>
    /// <exception cref="ConfigurationException">One is no axis, or varies what another axis varies.</exception>
    public static ImmutableArray<Setting> Read(IReadOnlyList<string> given, ImmutableArray<Setting> file)
    {
        ImmutableArray<ImmutableArray<Setting>> each = [.. given.Select(one => Axis(one).ToImmutableArray())];
        foreach (var (place, axis) in each.Index())
            CheckApart(given[place], axis, file, [.. each[..place].SelectMany(settings => settings)]);
        ImmutableArray<Setting> axes = [.. each.SelectMany(settings => settings)];
        var namesRepeats = file.Any(setting => setting.Path is [_, SweepRepeats.Name]);
        string[] seeds = [KeyPath.Of(all => all.Seed), KeyPath.Of(all => all.Gate.Seed)];
        var repeats = axes.Select(setting => setting.Path[2]).Distinct().Intersect(seeds, StringComparer.Ordinal).ToArray();
        return namesRepeats || repeats.Length != 1
            ? axes
            : axes.Add(new([ExperimentReader.SweepSection, SweepRepeats.Name], new RawValue.Scalar(repeats[0]), Origin));
    }

    /// <summary>An axis that two places write would be neither's, and a key that two axes vary has the value of neither label.</summary>
    private static void CheckApart(string given, ImmutableArray<Setting> axis, ImmutableArray<Setting> file, ImmutableArray<Setting> before)
    {
        foreach (var (name, key) in axis.Select(setting => (setting.Path[2], KeyOf(setting))).Distinct())
        {
            if (before.FirstOrDefault(other => other.Path[2] == name || KeyOf(other) == key) is not null)
                throw new ConfigurationException(Origin, key, $"{Option} {given} varies what another {Option} varies", $"Write all values into one {Option}");
            if (file.FirstOrDefault(other => other.Path is [_, SweepReader.AxesSection, var of, ..] && (of == name || KeyOf(other) == key)) is { } there)
            {
                throw new ConfigurationException(
                    Origin, key, $"{Option} {given} varies what the axis '{there.Path[2]}' of the file varies ({there.Origin})", $"Leave {Option} out, or the axis in the file");
            }
        }
    }

    private static string KeyOf(Setting setting) => string.Join('.', setting.Path.Skip(4));

    private static Origin Origin { get; } = new(Option, 0, 0);

    private static IEnumerable<Setting> Axis(string given)
    {
        var equals = given.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            throw Refusal(string.Empty, $"'{given}' is no axis");
        var (key, values) = (given[..equals].Trim(), Values(given[(equals + 1)..]).ToArray());
        if (values.Length < 2)
            throw Refusal(key, $"'{given}' has no two values");
        if (values.Length > MostLabels)
            throw Refusal(key, FormattableString.Invariant($"'{given}' has {values.Length} values, and an axis at most {MostLabels}"));
        return values.SelectMany(value => ExperimentReader.Override($"{key} = {value}", Option).Select(setting => setting with
        {
            Path = [ExperimentReader.SweepSection, SweepReader.AxesSection, setting.Key, Label(setting, value), .. setting.Path],
        }));
    }

    private static string Label(Setting setting, string written) => setting.Value is RawValue.Scalar scalar ? scalar.Text : written;

    /// <summary>What stands between commas that are in no quotes, brackets or braces; a range's numbers.</summary>
    private static IEnumerable<string> Values(string written)
    {
        if (written.Split("..") is [var from, var to]
            && int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            return first > last || last - first >= MostLabels
                ? throw Refusal(string.Empty, FormattableString.Invariant($"'{written}' is no range of at most {MostLabels} numbers"))
                : Enumerable.Range(first, last - first + 1).Select(number => number.ToString(CultureInfo.InvariantCulture));
        }

        var (values, begin, depth, quoted) = (new List<string>(), 0, 0, false);
        for (var i = 0; i < written.Length; i++)
        {
            quoted ^= written[i] == '"';
            depth += quoted ? 0 : written[i] switch { '[' or '{' => 1, ']' or '}' => -1, _ => 0 };
            if (written[i] == ',' && depth == 0 && !quoted)
            {
                values.Add(written[begin..i].Trim());
                begin = i + 1;
            }
        }

        return values.Append(written[begin..].Trim());
    }

    private static ConfigurationException Refusal(string key, string problem) => new(Origin, key, problem, Example);
}
