using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Federation.Configuration;

namespace NMoE.Federation.Sweeps;

/// <summary>
/// Reads a sweep: an experiment file with a section <c>sweep</c>. Below <c>sweep.axes</c> stands a section for each axis, and in it one for each label, with
/// the keys that it sets; <c>sweep.repeat</c> names an axis of seeds; <c>sweep.paper</c> holds a paper's numbers by test set, label and gate, <c>sweep.claims</c>
/// orderings such as <c>"fedgate > rangate"</c>, <c>sweep.figure</c> the axis to draw along and what to draw. See docs/sweeps.md.
/// </summary>
public static class SweepReader
{
    internal const string AxesSection = "axes";
    private const int HashDigits = 8;

    /// <summary>Reads a sweep file; a file without the section is a sweep of one experiment.</summary>
    /// <param name="file">The file's name, as messages will show it.</param>
    /// <param name="sets">Overrides, each <c>key=value</c>, for every experiment; a later one wins.</param>
    /// <param name="given">Axes beside the file's, each <c>KEY=VALUES</c> as in <c>seed=1..5</c> or <c>gate.balance=0,0.1</c>; they vary faster than the file's.</param>
    /// <param name="open">The content of a file by its name, null where there is none.</param>
    /// <exception cref="ConfigurationException">Something in it is wrong.</exception>
    public static SweepPlan Read(string file, IReadOnlyList<string> sets, IReadOnlyList<string> given, Func<string, string?> open)
    {
        var written = ExperimentReader.Scan(file, open);
        var sweep = written.Where(setting => setting.Path[0] == ExperimentReader.SweepSection).ToImmutableArray();
        sweep = [.. sweep, .. GivenAxes.Read(given, sweep)];
        var common = written.Where(setting => setting.Path[0] != ExperimentReader.SweepSection).ToImmutableArray();
        var (ofSweep, ofAll) = Split(sets);
        (sweep, sets) = ([.. sweep, .. ofSweep], ofAll);
        foreach (var setting in sweep)
            CheckPlace(setting);
        var axes = Axes(sweep);
        SweepCheck.Overrides(axes, sets);
        var repeat = SweepRepeats.Read(sweep, axes);
        var grid = repeat is null ? axes : axes.Remove(repeat);
        var varied = axes.SelectMany(axis => axis.Keys).ToImmutableSortedSet(StringComparer.Ordinal);
        var (name, all) = Points(common, axes, sets, varied, open);
        SweepRepeats.Check(sweep, repeat, all);
        var points = SweepSearch.Drawn(sweep, all, point => string.Join('\n', repeat is null ? point.Labels : point.Labels.RemoveAt(axes.IndexOf(repeat))));
        var plan = new SweepPlan(name, [.. axes.Select(axis => axis.Name)], points, [], SweepClaims.Read(sweep, grid), SweepClaims.Figure(sweep, grid, [.. points.SelectMany(point => point.Configuration.Settings.Inference.Gates.AsEnumerable()).Distinct()]))
        {
            Repeat = repeat?.Name,
            Parallel = SweepParallel.Read(sweep),
            Halving = SweepSearch.Halving(sweep, points),
            Warnings = [.. SweepCheck.Points(common, axes, all), .. SweepCheck.Consequences(all)],
        };
        return plan with { Paper = SweepPaper.Read(sweep, grid, plan) };
    }

    /// <summary>Overrides of how the sweep is run, and those of its experiments.</summary>
    private static (IEnumerable<Setting> OfSweep, IReadOnlyList<string> OfAll) Split(IReadOnlyList<string> sets)
    {
        var split = sets.ToLookup(set => ExperimentReader.Override(set)[0].Path is [ExperimentReader.SweepSection, SweepParallel.Name or SweepSearch.Name or SweepSearch.HalvingSection, ..]);
        return (split[true].SelectMany(set => ExperimentReader.Override(set)), [.. split[false]]);
    }

    private static void CheckPlace(Setting setting)
    {
        var known = setting is { Path: [_, AxesSection, _, _], Value: RawValue.EmptySection }
            || setting.Path is [_, AxesSection, _, _, _, ..] or [_, SweepPaper.Section, _, ..] or [_, "claims" or SweepRepeats.Name or SweepParallel.Name or SweepSearch.Name] or [_, SweepSearch.HalvingSection, "measure" or "eta" or "first-round"] or [_, "figure", "axis" or "title" or "gates" or "draw" or "width" or "height" or "font-size"] or [_, "figure", "labels", _];
        if (!known)
        {
            throw new ConfigurationException(
                setting.Origin, setting.Key, "a sweep has no such key",
                "Write sweep.axes.AXIS.LABEL { KEYS }, sweep.repeat = AXIS, sweep.parallel = auto or 1.., sweep.search = grid, random N or halving, sweep.halving { measure, eta, first-round }, sweep.paper.TEST.LABEL.GATE = [ACCURACY, F1, AUC], sweep.claims or sweep.figure { axis, title, gates, draw, width, height, font-size, labels }");
        }
    }

    private static ImmutableArray<SweepAxis> Axes(ImmutableArray<Setting> sweep) =>
    [
        .. sweep.Where(setting => setting.Path[1] == AxesSection).GroupBy(setting => setting.Path[2], StringComparer.Ordinal).Select(axis => new SweepAxis(
            axis.Key,
            [
                .. axis.GroupBy(setting => setting.Path[3], StringComparer.Ordinal)
                    .Select(label => new SweepLabel(label.Key, Settings(label), label.First().Origin)),
            ])),
    ];

    /// <summary>What a label sets: nothing where its braces are empty.</summary>
    /// <exception cref="ConfigurationException">One place of a file sets a key that another place of it sets too: a label was written twice.</exception>
    private static ImmutableArray<Setting> Settings(IEnumerable<Setting> label)
    {
        ImmutableArray<Setting> settings = [.. label.Where(setting => setting.Path.Length > 4)];
        foreach (var same in settings.Where(setting => setting.Value is not RawValue.EmptySection)
            .GroupBy(setting => (setting.Key, setting.Origin.File)).Where(same => same.Count() > 1))
        {
            throw new ConfigurationException(
                same.Last().Origin, same.Key.Key, $"{same.First().Origin} sets this key for the same label", "Give each label a name of its own, and set a key once");
        }

        return [.. settings.Select(setting => setting with { Path = setting.Path[4..] })];
    }

    /// <summary>The sweep's name and its points. The common keys alone need not make an experiment: k may be legal only with an axis's clients.</summary>
    private static (string Name, ImmutableArray<SweepPoint> Points) Points(
        ImmutableArray<Setting> common, ImmutableArray<SweepAxis> axes, IReadOnlyList<string> sets, ImmutableSortedSet<string> varied,
        Func<string, string?> open)
    {
        var name = string.Empty;
        var points = ImmutableArray.CreateBuilder<SweepPoint>();
        foreach (var labels in Combinations(axes))
        {
            ImmutableArray<Setting> file = [.. common, .. labels.SelectMany(label => label.Settings)];
            name = ExperimentReader.Bind(file, sets, open).Settings.Experiment.Name;
            var configuration = ExperimentReader.Bind(file, [.. sets, $"experiment.name={NameOf(name, labels)}"], open);
            points.Add(new SweepPoint([.. labels.Select(label => label.Name)], configuration, SweepDifferences.Of(configuration, varied)));
        }

        return (name, points.ToImmutable());
    }

    private static IEnumerable<ImmutableArray<SweepLabel>> Combinations(ImmutableArray<SweepAxis> axes) => axes.Aggregate(
        (IEnumerable<ImmutableArray<SweepLabel>>)[[]],
        (before, axis) => before.SelectMany(labels => axis.Labels.Select(label => labels.Add(label))));

    /// <summary>The sweep's name and the labels; one that is too long for a name ends with a hash of the whole.</summary>
    private static string NameOf(string sweep, ImmutableArray<SweepLabel> labels)
    {
        var full = string.Join('-', labels.Select(label => Slug(label.Name)).Prepend(sweep));
        return full.Length <= NameFormat.Longest
            ? full
            : $"{full[..(NameFormat.Longest - HashDigits - 1)].TrimEnd('-')}-{Hash(full)}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits];

    private static string Slug(string label)
    {
        var signs = label.ToLowerInvariant().Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign : '-');
        var slug = string.Join('-', string.Concat(signs).Split('-', StringSplitOptions.RemoveEmptyEntries));

        // A label of another script has no letter that a folder's name takes.
        return slug.Length > 0 ? slug : Hash(label);
    }
}
