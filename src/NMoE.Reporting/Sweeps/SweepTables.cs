using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>A sweep as tables: its results beside a paper's, stage 1's curves, the orderings that were looked for, and where the setting differs.</summary>
public static class SweepTables
{
    private const string None = "-";

    /// <summary>All tables for a terminal.</summary>
    /// <param name="result">The sweep.</param>
    /// <param name="width">The columns of the terminal: a table that is wider is written with a cell a line.</param>
    public static string PlainText(SweepResult result, int width = int.MaxValue) => Text(result, (text, table) => TableText.AppendPlain(text, table, width));

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
        foreach (var table in new[] { SweepResultTable.Of(result), Curves(result), SweepClaimTable.Of(result), Privacy(result), Setting(result) }.Where(table => !table.Rows.IsEmpty))
        {
            if (text.Length > 0)
                text.Append('\n');
            append(text, table);
        }

        return text.ToString();
    }

    private static Table Curves(SweepResult result) => new(
        "Stage 1: accuracy of the global model, or of a linear probe, against passes over each client's pictures",
        [.. Labels(result.Plan.Axes), Words("Passes: accuracy (%)"), Words("At the end")],
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
        [.. Labels(result.Plan.Axes), Number("Releases"), Number("Sigma"), Number("Largest epsilon"), Number("Delta")],
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
        var rows = result.Plan.Points.SelectMany(point => point.Differences)
            .GroupBy(difference => difference).Select(group => (Difference: group.Key, Points: group.Count()))
            .OrderBy(row => row.Difference.Key, StringComparer.Ordinal).ThenBy(row => row.Difference.Here, StringComparer.Ordinal)
            .Select(row => (ImmutableArray<string>)
                [row.Difference.Key, row.Difference.Here, row.Difference.Paper, row.Points.ToString(CultureInfo.InvariantCulture)]);
        return new Table(
            "Where the setting differs from the paper's", [Words("Key"), Words("Here"), Words("Paper's profile"), Number("Experiments")],
            result.Plan.Paper.IsEmpty ? [] : [.. rows]);
    }

    internal static IEnumerable<Column> Labels(ImmutableArray<string> axes) => axes.Select(axis => Words(char.ToUpperInvariant(axis[0]) + axis[1..]));

    internal static Column Words(string heading) => new(heading, Side.Left);

    internal static Column Number(string heading) => new(heading, Side.Right);

    private static string Digits(double? value, string otherwise) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? otherwise;
}
