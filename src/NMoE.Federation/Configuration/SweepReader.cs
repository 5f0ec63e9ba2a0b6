using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Sweeps;

namespace NMoE.Federation.Configuration;

/// <summary>
/// Reads a sweep: an experiment file with a section <c>sweep</c>. Below <c>sweep.axes</c> stands a section for each axis, and in it one for each label, with
/// the keys that it sets; <c>sweep.paper</c> holds a paper's numbers by label and gate, <c>sweep.claims</c> orderings such as <c>"fedgate > rangate"</c>,
/// <c>sweep.figure</c> the axis to draw along, and what.
/// </summary>
public static class SweepReader
{
    internal const string Section = "sweep";
    private const string AxesSection = "axes";
    private const string PaperSection = "paper";

    /// <summary>Reads a sweep file; a file without the section is a sweep of one experiment.</summary>
    /// <param name="file">The file's name, as messages will show it.</param>
    /// <param name="sets">Overrides, each <c>key=value</c>, for every experiment; a later one wins.</param>
    /// <param name="open">The content of a file by its name, null where there is none.</param>
    /// <exception cref="ConfigurationException">Something in it is wrong.</exception>
    public static SweepPlan Read(string file, IReadOnlyList<string> sets, Func<string, string?> open)
    {
        var written = ExperimentReader.Scan(file, open);
        var sweep = written.Where(setting => setting.Path[0] == Section).ToImmutableArray();
        var common = written.Where(setting => setting.Path[0] != Section).ToImmutableArray();
        foreach (var setting in sweep)
            CheckPlace(setting);
        var axes = Axes(sweep);
        CheckOverrides(axes, sets);
        var points = Combinations(axes).Select(labels => Point(common, [.. labels.SelectMany(label => label.Settings)], sets, labels)).ToImmutableArray();

        // The common keys alone need not make an experiment: k may be legal only with an axis's clients.
        var name = points[0].PaperSetting.Settings.Experiment.Name;
        var axisNames = axes.Select(axis => axis.Name).ToImmutableArray();
        return new SweepPlan(
            name, axisNames, points, [.. sweep.Where(setting => setting.Path[1] == PaperSection).Select(setting => Paper(setting, axes))],
            SweepClaims.Read(sweep), SweepClaims.Figure(sweep, axisNames));
    }

    private static void CheckPlace(Setting setting)
    {
        var known = setting.Path is [_, AxesSection, _, _, _, ..] or [_, PaperSection, _, ..] or [_, "claims"] or [_, "figure", "axis" or "title" or "gates" or "draw"];
        if (!known)
        {
            throw new ConfigurationException(
                setting.Origin, setting.Key, "a sweep has no such key",
                "Write sweep.axes.AXIS.LABEL { KEYS }, sweep.paper.LABEL.GATE = [ACCURACY, F1, AUC], sweep.claims or sweep.figure { axis, title, gates, draw }");
        }
    }

    /// <summary>An override of what an axis varies would leave labels that are not true.</summary>
    private static void CheckOverrides(ImmutableArray<Axis> axes, IReadOnlyList<string> sets)
    {
        foreach (var axis in axes)
        {
            var varied = axis.Labels.SelectMany(label => label.Settings).Select(setting => setting.Key).ToImmutableSortedSet(StringComparer.Ordinal);
            if (sets.FirstOrDefault(set => varied.Contains(set.Split('=')[0].Trim())) is { } set)
            {
                var key = set.Split('=')[0].Trim();
                throw new ConfigurationException(
                    new Origin("--set", 0, 0), key, $"the axis '{axis.Name}' of this sweep varies this key", "Leave the override out, or change the axis in the file");
            }
        }
    }

    private static ImmutableArray<Axis> Axes(ImmutableArray<Setting> sweep) =>
    [
        .. sweep.Where(setting => setting.Path[1] == AxesSection).GroupBy(setting => setting.Path[2], StringComparer.Ordinal).Select(axis => new Axis(
            axis.Key,
            [
                .. axis.GroupBy(setting => setting.Path[3], StringComparer.Ordinal)
                    .Select(label => new Label(label.Key, [.. label.Select(setting => setting with { Path = setting.Path[4..] })])),
            ])),
    ];

    private static IEnumerable<ImmutableArray<Label>> Combinations(ImmutableArray<Axis> axes) => axes.Aggregate(
        (IEnumerable<ImmutableArray<Label>>)[[]],
        (before, axis) => before.SelectMany(labels => axis.Labels.Select(label => labels.Add(label))));

    private static SweepPoint Point(
        ImmutableArray<Setting> common, ImmutableArray<Setting> own, IReadOnlyList<string> sets, ImmutableArray<Label> labels)
    {
        ImmutableArray<Setting> file = [.. common, .. own];
        var plain = ExperimentReader.Bind(file, sets);
        var name = string.Join('-', labels.Select(label => Slug(label.Name)).Prepend(plain.Settings.Experiment.Name));
        return new SweepPoint(
            [.. labels.Select(label => label.Name)],
            ExperimentReader.Bind(file, [.. sets, $"experiment.name={name}"]),
            ExperimentReader.Bind(file, [.. sets, "profile=paper"]));
    }

    private static PaperValue Paper(Setting setting, ImmutableArray<Axis> axes)
    {
        var labels = setting.Path[2..^1];
        if (labels.Length != axes.Length || labels.Zip(axes).Any(pair => pair.Second.Labels.All(label => label.Name != pair.First)))
        {
            throw new ConfigurationException(
                setting.Origin, setting.Key, "these are not a label of each axis and a gate",
                $"Write a label of each of {string.Join(", ", axes.Select(axis => axis.Name))} in that order, then a gate");
        }

        var numbers = setting.Value is RawValue.Items { Texts.Length: 3 } items
            ? items.Texts.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToArray()
            : [];
        return numbers.Length == 3 && numbers.All(number => number is >= 0 and <= 100)
            ? new PaperValue(labels, setting.Path[^1], numbers[0], numbers[1], numbers[2])
            : throw new ConfigurationException(setting.Origin, setting.Key, $"{setting.Value} is not a row of a table", "Write [ACCURACY, F1, AUC] in percent");
    }

    private static string Slug(string label)
    {
        var signs = label.ToLowerInvariant().Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign : '-');
        return string.Join('-', string.Concat(signs).Split('-', StringSplitOptions.RemoveEmptyEntries));
    }

    private sealed record Axis(string Name, ImmutableArray<Label> Labels);

    private sealed record Label(string Name, ImmutableArray<Setting> Settings);
}
