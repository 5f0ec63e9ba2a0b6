using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>What a sweep measured, beside a paper's numbers; experiments that failed stand last, with the reason.</summary>
internal static class SweepResultTable
{
    private const string None = "-";

    // With two, t(0.975, 1) = 12.7: an interval of a measure in 0..100 % often has no end within that.
    private const int LeastSeeds = 3;

    /// <summary>A row for each gate, test set and place of the grid: of one run, or of the mean over its repeats.</summary>
    public static Table Of(SweepResult result)
    {
        var (plan, repeats) = (result.Plan, result.Plan.Repeat is not null);
        ImmutableArray<Column> measures = repeats
            ?
            [
                Number("Seeds"), Number("Accuracy (%)"), Number("95 % interval"), Number("Macro-F1 (%)"), Number("95 % interval"), Number("AUC (%)"),
                Number("95 % interval"),
            ]
            : [Number("Accuracy (%)"), Number("95 % interval"), Number("Macro-F1 (%)"), Number("AUC (%)")];
        ImmutableArray<Column> columns =
        [
            .. SweepTables.Labels(plan.Grid), Words("Test"), Words("Gate"), .. measures,
            Number("Client F1 (%)"), Number("Client AUC (%)"), Number("Local ratio (%)"),
            .. plan.Paper.IsEmpty ? [] : new[] { Number("Paper accuracy"), Number("Paper F1"), Number("Paper AUC") },
        ];
        var rows = SweepCell.Of(result).Select(cell => Row(plan, cell, repeats ? Means(cell) : Single(cell))).ToImmutableArray();
        var title = !repeats ? "Results"
            : SweepCell.Of(result).Any(cell => cell.Samples.Length is > 1 and < LeastSeeds) ? "Results: means over seeds, with 95 % t-intervals (of two seeds such an interval says little)"
            : "Results: means over seeds, with 95 % t-intervals";
        return result.Failures.IsEmpty
            ? new Table(title, columns, rows)
            : new Table(
                title, [.. columns, Words("Remark")],
                [.. rows.Select(row => row.Add(string.Empty)), .. result.Failures.Select(failure => Failed(plan, failure.Key, failure.Value, columns.Length))]);
    }

    private static ImmutableArray<string> Row(SweepPlan plan, SweepCell cell, ImmutableArray<string> measures)
    {
        var paper = plan.Paper.FirstOrDefault(value => value.Test == cell.Test && value.Gate == cell.Gate && value.Labels.SequenceEqual(cell.Labels));
        return
        [
            .. cell.Labels, cell.Test, Names.OfPass(cell.Samples[0].Pass), .. measures,
            Mean(cell, pass => pass.ClientMacroF1), Mean(cell, pass => pass.ClientAuc) + Names.Skipped(cell.Samples.Sum(sample => sample.Pass.ClientAucSkipped)), Mean(cell, pass => pass.LocalRatio),
            .. plan.Paper.IsEmpty ? [] : new[] { Given(paper?.Accuracy), Given(paper?.MacroF1), Given(paper?.Auc) },
        ];
    }

    private static ImmutableArray<string> Single(SweepCell cell) =>
    [
        Percent(cell.Accuracy), cell.Interval is { } interval ? Range(interval.Low, interval.High) : None,
        Mean(cell, pass => pass.MacroF1), Mean(cell, pass => pass.Auc) + Names.Skipped(cell.Samples[0].Pass.AucSkipped),
    ];

    private static ImmutableArray<string> Means(SweepCell cell) =>
    [
        cell.Samples.Length.ToString(CultureInfo.InvariantCulture), .. With(cell.Mean(pass => pass.Accuracy)), .. With(cell.Mean(pass => pass.MacroF1)),
        .. With(cell.Mean(pass => pass.Auc)),
    ];

    private static ImmutableArray<string> With(SeedInterval? mean) => mean is null
        ? [None, None]
        : [Percent(mean.Mean), mean.HalfWidth is { } half ? Range(mean.Mean - half, mean.Mean + half) : None];

    private static ImmutableArray<string> Failed(SweepPlan plan, int number, string reason, int columns)
    {
        var point = plan.Points[number];
        var labels = plan.LabelsOf(point);
        var repeat = plan.Repeat is null ? string.Empty : $"{plan.Repeat} {point.Labels[plan.RepeatIndex]}: ";
        return [.. labels, .. Enumerable.Repeat(None, columns - labels.Length), $"failed: {repeat}{reason}"];
    }

    private static Column Words(string heading) => SweepTables.Words(heading);

    private static Column Number(string heading) => SweepTables.Number(heading);

    private static string Mean(SweepCell cell, Func<PassRecord, double?> measure) => cell.Mean(measure) is { } mean ? Percent(mean.Mean) : None;

    /// <summary>An interval of a share, as far as a share can be.</summary>
    private static string Range(double low, double high) => $"{Percent(Math.Max(0, low))} to {Percent(Math.Min(1, high))}";

    private static string Percent(double share) => double.IsFinite(share) ? Fixed(100 * share, "F2") : None;

    private static string Given(double? percent) => percent is { } value ? Fixed(value, "F2") : None;

    private static string Fixed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
