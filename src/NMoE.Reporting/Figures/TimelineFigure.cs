using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>What each device did in one round: a row a device, the aggregator on top.</summary>
internal static class TimelineFigure
{
    private const int FewRows = 16;
    private const int TallRow = 44;
    private const int LowRow = 20;
    private const int AroundRows = 330;

    // Of the axis: what lasts less is drawn as long as this, or a message of milliseconds would not be seen in a round of minutes.
    private const double LeastSeen = 0.004;

    // Drawn in this order; each height is another, for print without colour.
    private static readonly Look[] Looks =
    [
        new("receive-wait", "Waited", Color.FromHex("#BBBBBB"), 0.14f),
        new("compute", "Computed", Color.FromHex("#0072B2"), 0.76f),
        new("send", "Sent", Color.FromHex("#E69F00"), 0.44f),
        new("down", "Failed", Color.FromHex("#D55E00"), 0.9f),
    ];

    /// <summary>A figure for each round that was recorded; of inference for the first test set only.</summary>
    public static IEnumerable<FigurePlan> All(RunReport report)
    {
        var test = report.Timeline.FirstOrDefault(span => IsInference(span.Stage))?.Stage.Split('/')[^1];
        return report.Timeline.GroupBy(span => (span.Stage, span.Round))
            .Where(round => !IsInference(round.Key.Stage) || round.Key.Stage.Split('/')[^1] == test)
            .Select(round => Draw(report, round.Key.Stage, round.Key.Round, [.. round]));
    }

    private static FigurePlan Draw(RunReport report, string stage, int round, ImmutableArray<SpanRecord> spans)
    {
        var begin = spans.Min(span => span.From);
        var length = spans.Max(span => span.Until) - begin;
        var unit = AxisUnit.OfSeconds(length);
        var rows = Rows(spans);
        var title = Names.Titled(report, Title(stage, round));
        var plot = FigureStyle.NewPlot(title, $"Virtual time from the start ({unit.Symbol})", "");
        plot.Grid.YAxisStyle.IsVisible = false;
        foreach (var look in Looks)
        {
            var first = true;
            foreach (var span in spans.Where(span => span.Kind == look.Kind && rows.Contains(span.Device)))
            {
                Add(plot, look, span, rows.Length - 1 - rows.IndexOf(span.Device), begin, unit, length).LegendText = first ? look.Name : "";
                first = false;
            }
        }

        LabelRows(plot, rows);
        plot.Axes.SetLimits(-0.01 * length / unit.Size, 1.01 * length / unit.Size, -0.7, rows.Length - 0.3);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Horizontal;
        return new FigurePlan(
            Name(stage, round), $"{title}: what each device computed, sent and waited for.", plot,
            AroundRows + (rows.Length * (rows.Length <= FewRows ? TallRow : LowRow)));
    }

    private static ScottPlot.Plottables.Rectangle Add(Plot plot, Look look, SpanRecord span, int row, double begin, AxisUnit unit, double length)
    {
        var from = (span.From - begin) / unit.Size;
        var until = Math.Max((span.Until - begin) / unit.Size, from + (look.Kind == "receive-wait" ? 0 : LeastSeen * length / unit.Size));
        var bar = plot.Add.Rectangle(from, until, row - (look.Height / 2), row + (look.Height / 2));
        bar.FillColor = look.Color;
        bar.LineWidth = 0;
        return bar;
    }

    /// <summary>The aggregator, the clients by number, and the supervisor where it did something; a server that only waited is none.</summary>
    private static ImmutableArray<string> Rows(ImmutableArray<SpanRecord> spans)
    {
        var active = spans.Where(span => span.Kind != "receive-wait").Select(span => span.Device).ToImmutableHashSet();
        return
        [
            .. spans.Select(span => span.Device).Distinct()
                .Where(device => active.Contains(device) || device is not ("aggregator" or "supervisor"))
                .OrderBy(device => device switch { "supervisor" => 0, "aggregator" => 1, _ => 2 }),
        ];
    }

    private static void LabelRows(Plot plot, ImmutableArray<string> rows)
    {
        // A label needs the height of two low rows.
        var step = rows.Length <= FewRows ? 1 : 2;
        int[] labelled = [.. Enumerable.Range(0, rows.Length).Where(row => row % step == 0)];
        plot.Axes.Left.SetTicks([.. labelled.Select(row => (double)(rows.Length - 1 - row))], [.. labelled.Select(row => rows[row])]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
    }

    private static bool IsInference(string stage) => stage.StartsWith("inference/", StringComparison.Ordinal);

    private static string Name(string stage, int round) =>
        "timeline-" + stage.Replace('/', '-') + (IsInference(stage) || round == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{round}"));

    private static string Title(string stage, int round) => stage.Split('/') is ["inference", var gate, var test]
        ? $"{Names.OfGate(gate)}, {Names.OfTest(test)}, first requests"
        : Names.OfStage(stage) + (round == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {(stage == Stages.Rolling ? "lap" : "round")} {round}"));

    private sealed record Look(string Kind, string Name, Color Color, float Height);
}
