using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>A sweep as tables: its results beside a paper's, stage 1's curves, the orderings that were looked for, and where the setting differs.</summary>
public static class SweepTables
{
    private const string None = "-";

    /// <summary>All tables for a terminal.</summary>
    public static string PlainText(SweepResult result) => Text(result, TableText.AppendPlain);

    /// <summary>All tables in Markdown.</summary>
    public static string Markdown(SweepResult result) => Text(result, (text, table) =>
    {
        text.Append(CultureInfo.InvariantCulture, $"### {table.Title}\n\n");
        TableText.AppendMarkdown(text, table);
    });

    private static string Text(SweepResult result, Action<StringBuilder, Table> append)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        foreach (var table in new[] { Results(result), Curves(result), SweepClaimTable.Of(result), Privacy(result), Setting(result) }.Where(table => !table.Rows.IsEmpty))
        {
            if (text.Length > 0)
                text.Append('\n');
            append(text, table);
        }

        return text.ToString();
    }

    private static Table Results(SweepResult result)
    {
        var rows = result.Finished.SelectMany(item => item.Report.Passes.Select(pass => Row(result.Plan, item.Point, pass)));
        ImmutableArray<Column> columns =
        [
            .. Labels(result.Plan), Words("Test"), Words("Gate"), Number("Accuracy (%)"), Number("95 % interval"), Number("Macro-F1 (%)"), Number("AUC (%)"),
            Number("Client F1 (%)"), Number("Client AUC (%)"), Number("Local ratio (%)"), Number("Bytes/sample"),
            .. result.Plan.Paper.IsEmpty ? [] : new[] { Number("Paper accuracy"), Number("Paper F1"), Number("Paper AUC") },
        ];
        return new Table("Results", columns, [.. rows]);
    }

    private static ImmutableArray<string> Row(SweepPlan plan, SweepPoint point, PassRecord pass)
    {
        var paper = plan.Paper.FirstOrDefault(value => value.Gate == pass.Gate && value.Labels.SequenceEqual(point.Labels));
        var interval = pass is { AccuracyLow: { } low, AccuracyHigh: { } high } ? $"{Percent(low)} to {Percent(high)}" : None;
        return
        [
            .. point.Labels, pass.Test, Names.OfGate(pass.Gate), Percent(pass.Accuracy), interval, Percent(pass.MacroF1), Percent(pass.Auc),
            Percent(pass.ClientMacroF1), Percent(pass.ClientAuc), Percent(pass.LocalRatio), Names.IsReference(pass.Gate) ? None : Fixed(pass.BytesPerSample, "F1"),
            .. plan.Paper.IsEmpty ? [] : new[] { Given(paper?.Accuracy), Given(paper?.MacroF1), Given(paper?.Auc) },
        ];
    }

    private static Table Curves(SweepResult result) => new(
        "Stage 1: accuracy of the global model, or of a linear probe, against passes over each client's pictures",
        [.. Labels(result.Plan), Words("Passes: accuracy (%)"), Words("At the end")],
        [
            .. result.Finished.Where(item => !SweepResult.Curve(item.Report).IsEmpty).Select(item => (ImmutableArray<string>)
            [
                .. item.Point.Labels,
                string.Join(", ", SweepResult.Curve(item.Report).Select(score => string.Create(
                    CultureInfo.InvariantCulture, $"{score.Round * item.Point.Configuration.Settings.Extractor.Epochs}: {100 * score.Accuracy:F1}"))),
                SweepResult.End(item.Report) switch { CurveEnd.Rising => "still rising", CurveEnd.Flat => "flat within a point", _ => "not measured" },
            ]),
        ]);

    private static Table Privacy(SweepResult result) => new(
        "Privacy of correlation matrices; weights, latents, logits and the gate are not protected",
        [.. Labels(result.Plan), Number("Releases"), Number("Sigma"), Number("Largest epsilon"), Number("Delta")],
        [
            .. result.Finished.Where(item => !item.Report.Privacy.IsEmpty).Select(item =>
            {
                var worst = item.Report.Privacy.MaxBy(record => record.Epsilon ?? double.PositiveInfinity)!;
                return (ImmutableArray<string>)
                [
                    .. item.Point.Labels, worst.Releases.ToString(CultureInfo.InvariantCulture), Digits(worst.Sigma, "none"),
                    Digits(worst.Epsilon, "no privacy"), Digits(worst.Delta, None),
                ];
            }),
        ]);

    /// <summary>Keys that have another value with the paper's profile: a row for each, with the points that have it.</summary>
    private static Table Setting(SweepResult result)
    {
        var rows = result.Plan.Points
            .SelectMany(point => point.Configuration.Keys.Zip(point.PaperSetting.Keys)
                .Where(pair => pair.First.Value != pair.Second.Value && Matters(pair.First.Key))
                .Select(pair => (pair.First.Key, Here: pair.First.Value, Paper: pair.Second.Value)))
            .GroupBy(row => row).Select(group => (Row: group.Key, Points: group.Count()))
            .OrderBy(row => row.Row.Key, StringComparer.Ordinal).ThenBy(row => row.Row.Here, StringComparer.Ordinal)
            .Select(row => (ImmutableArray<string>)[row.Row.Key, row.Row.Here, row.Row.Paper, row.Points.ToString(CultureInfo.InvariantCulture)]);
        return new Table(
            "Where the setting differs from the paper's", [Words("Key"), Words("Here"), Words("Paper's profile"), Number("Experiments")],
            result.Plan.Paper.IsEmpty ? [] : [.. rows]);
    }

    private static bool Matters(string key) =>
        key is not ("profile" or "experiment.name" or "data.path") && !key.StartsWith("compute.", StringComparison.Ordinal)
        && !key.StartsWith("evaluation.", StringComparison.Ordinal);

    internal static IEnumerable<Column> Labels(SweepPlan plan) => plan.Axes.Select(axis => Words(char.ToUpperInvariant(axis[0]) + axis[1..]));

    internal static Column Words(string heading) => new(heading, Side.Left);

    internal static Column Number(string heading) => new(heading, Side.Right);

    private static string Percent(double? share) => share is { } value ? Fixed(100 * value, "F2") : None;

    private static string Given(double? percent) => percent is { } value ? Fixed(value, "F2") : None;

    private static string Digits(double? value, string otherwise) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? otherwise;

    private static string Fixed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
