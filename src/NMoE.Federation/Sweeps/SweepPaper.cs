using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Configuration;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Sweeps;

/// <summary>A paper's numbers: rows <c>sweep.paper.TEST.LABEL.GATE</c>, with a label of each axis; without TEST where a sweep has one test set.</summary>
internal static class SweepPaper
{
    public const string Section = "paper";

    /// <summary>The rows; of rows with one name the last.</summary>
    /// <param name="sweep">The section.</param>
    /// <param name="grid">The axes that are no repeats.</param>
    /// <param name="plan">The sweep so far.</param>
    /// <exception cref="ConfigurationException">A row names what is not there, does not say of which test set it is, or has no three numbers.</exception>
    public static ImmutableArray<PaperValue> Read(ImmutableArray<Setting> sweep, ImmutableArray<SweepAxis> grid, SweepPlan plan) =>
    [
        .. sweep.Where(setting => setting.Path[1] == Section).GroupBy(setting => setting.Key, StringComparer.Ordinal)
            .Select(same => Row(same.Last(), grid, plan)),
    ];

    private static PaperValue Row(Setting setting, ImmutableArray<SweepAxis> grid, SweepPlan plan)
    {
        var parts = setting.Path[2..];
        var rest = parts.Length - grid.Length;
        if (rest is not (1 or 2))
        {
            throw new ConfigurationException(
                setting.Origin, setting.Key, "these are not a test set, a label of each axis and a gate",
                $"Write {string.Concat(grid.Select(axis => $"a label of {axis.Name}, "))}then a gate; before them same or iid where the sweep has both");
        }

        var labels = parts[(rest - 1)..^1];
        foreach (var (label, axis) in labels.Zip(grid))
            Check(setting, label, axis.Names, $"'{label}' is not a label of the axis '{axis.Name}'");
        Check(setting, parts[^1], SweepNames.Answerers, $"'{parts[^1]}' is not a gate, reference or baseline");
        if (rest == 2)
            Check(setting, parts[0], Enum.GetValues<TestPartition>().Select(InferencePass.NameOf), $"'{parts[0]}' is not a test set");
        var (accuracy, macroF1, auc) = Numbers(setting);
        return new PaperValue(rest == 2 ? parts[0] : OnlyTest(setting, labels, plan), labels, parts[^1], accuracy, macroF1, auc);
    }

    private static void Check(Setting setting, string name, IEnumerable<string> known, string problem)
    {
        if (!known.Contains(name))
            throw new ConfigurationException(setting.Origin, setting.Key, problem, SweepNames.Remedy(name, known));
    }

    /// <summary>One number of a paper is of one test set: beside two it would stand beside a wrong one.</summary>
    private static string OnlyTest(Setting setting, ImmutableArray<string> labels, SweepPlan plan)
    {
        var tests = plan.Points.Where(point => plan.LabelsOf(point).SequenceEqual(labels))
            .SelectMany(point => point.Configuration.Settings.Inference.TestPartitions).Distinct().Select(InferencePass.NameOf).ToArray();
        return tests.Length == 1
            ? tests[0]
            : throw new ConfigurationException(
                setting.Origin, setting.Key, $"the sweep has the test sets {string.Join(" and ", tests)}, and this row does not say of which it is",
                $"Write sweep.paper.{tests[0]} or sweep.paper.{tests[^1]} before the labels");
    }

    private static (double Accuracy, double MacroF1, double Auc) Numbers(Setting setting)
    {
        var numbers = setting.Value is RawValue.Items { Texts.Length: 3 } items
            ? items.Texts.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToArray()
            : [];
        return numbers.Length == 3 && numbers.All(number => number is >= 0 and <= 100)
            ? (numbers[0], numbers[1], numbers[2])
            : throw new ConfigurationException(setting.Origin, setting.Key, $"{setting.Value} is not a row of a table", "Write [ACCURACY, F1, AUC] in percent");
    }
}
