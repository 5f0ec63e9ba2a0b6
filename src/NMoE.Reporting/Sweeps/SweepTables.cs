using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>A sweep as tables: its results beside a paper's, stage 1's curves, the orderings that were looked for, and where the setting differs.</summary>
public static class SweepTables
{
    private const string None = "-";
    private const int MostScores = 7;

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

    /// <summary>The tables of results in LaTeX: what was reached, and what it cost.</summary>
    internal static string Latex(SweepResult result)
    {
        var text = new StringBuilder(TableLatex.Needs);
        (string Label, Table Table)[] tables = [("results", SweepResultTable.Of(result)), ("serving", SweepCostTable.Serving(result)), ("cost", SweepCostTable.Whole(result)), ("targets", SweepTargetTable.Of(result))];
        foreach (var (label, table) in tables.Where(one => !one.Table.Rows.IsEmpty))
            TableLatex.Append(text.Append('\n'), table, $"tab:{result.Plan.Name}-{label}");
        return text.ToString();
    }

    /// <summary>All tables that a page or a terminal shows, those without rows among them.</summary>
    internal static ImmutableArray<Table> All(SweepResult result) =>
    [
        SweepHalvingTable.Of(result), SweepResultTable.Of(result), SweepCostTable.Serving(result), SweepCostTable.Whole(result), SweepTargetTable.Of(result), Curves(result), SweepClaimTable.Of(result), Privacy(result), Setting(result),
    ];

    private static string Text(SweepResult result, Action<StringBuilder, Table> append)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        foreach (var table in All(result).Where(table => !table.Rows.IsEmpty))
        {
            if (text.Length > 0)
                text.Append('\n');
            append(text, table);
        }

        return text.ToString();
    }

    /// <summary>A row for each curve: experiments that share it share the row, where they are all combinations of the labels in it.</summary>
    private static Table Curves(SweepResult result) => new(
        "Stage 1: accuracy of the global model, or of a linear probe, against passes over each client's pictures",
        [.. Labels(result.Plan.Axes), Words("Passes: accuracy (%)"), Words("At the end")],
        [
            .. result.Finished.Where(item => !SweepResult.Curve(item.Report).IsEmpty)
                .Select(item => (item.Point.Labels, Curve: Passes(item.Point, item.Report), End: InWords(SweepResult.End(item.Report))))
                .GroupBy(item => (item.Curve, item.End))
                .SelectMany(same => AxesOf([.. same.Select(item => item.Labels)]).Select(labels => (ImmutableArray<string>)[.. labels, same.Key.Curve, same.Key.End])),
        ]);

    private static string Passes(SweepPoint point, RunReport report)
    {
        var curve = SweepResult.Curve(report);
        var step = (curve.Length + MostScores - 1) / MostScores;
        return string.Join(", ", curve.Where((_, index) => (curve.Length - 1 - index) % step == 0).Select(score => string.Create(
            CultureInfo.InvariantCulture, $"{score.Round * point.Configuration.Settings.Topology.LocalRounds * point.Configuration.Settings.Extractor.Epochs}: {100 * score.Accuracy:F1}")));
    }

    /// <summary>The labels on each axis, joined where the places are all combinations of them; else the places as they are.</summary>
    private static IEnumerable<ImmutableArray<string>> AxesOf(ImmutableArray<ImmutableArray<string>> places)
    {
        string[][] axes = [.. Enumerable.Range(0, places[0].Length).Select(axis => places.Select(labels => labels[axis]).Distinct().ToArray())];
        return axes.Aggregate(1, (product, labels) => product * labels.Length) == places.Length ? [[.. axes.Select(labels => string.Join(", ", labels))]] : places;
    }

    private static string InWords(CurveEnd end) => end switch
    {
        CurveEnd.Chance => "hardly above guessing",
        CurveEnd.Rising => "still rising",
        CurveEnd.Fallen => "below its best",
        CurveEnd.Flat => "flat within a point",
        _ => "not measured",
    };

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
