using System.Collections.Immutable;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using ScottPlot;

namespace NMoE.Reporting.Sweeps;

/// <summary>A share along one axis of a sweep: a curve, or bars, for each combination of the other axes and gates.</summary>
internal static class SweepAlongAxis
{
    // Of the distance between two words: all bars of one.
    private const double Group = 0.8;

    // Percent: where nothing was degraded the axis says so, instead of showing a line in the middle of nothing.
    private const double LeastTop = 1;

    /// <summary>Accuracy, with intervals over clients.</summary>
    public static FigurePlan Accuracy(SweepResult result, SweepFigure figure, string test) => Draw(
        result, figure, test, new Share("Accuracy (%)", cell => cell.Accuracy, cell => cell.Interval, IsFromZero: false),
        $"{result.Plan.Name}-{test}",
        $"Accuracy against {figure.Title}, {Names.OfTest(test)}; {Intervals(result)}.");

    private static string Intervals(SweepResult result) => result.Plan.Repeat is null
        ? "95 % t-intervals over clients"
        : "means and 95 % t-intervals over seeds";

    /// <summary>Answers of a next-best or the own expert in the place of one that was chosen and late.</summary>
    public static FigurePlan Degraded(SweepResult result, SweepFigure figure, string test) => Draw(
        result, figure, test, new Share("Degraded answers (%)", cell => cell.Samples.Average(sample => sample.Pass.Degraded), _ => null, IsFromZero: true),
        $"{result.Plan.Name}-degraded-{test}",
        $"Share of answers that a next-best or the own expert gave in the place of a chosen one that was late, against {figure.Title}, {Names.OfTest(test)}.");

    private static FigurePlan Draw(SweepResult result, SweepFigure figure, string test, Share share, string name, string caption)
    {
        var axis = result.Plan.Grid.IndexOf(figure.Axis);
        string[] labels = [.. result.Plan.Points.Select(point => result.Plan.LabelsOf(point)[axis]).Distinct()];
        var places = SweepAxis.Places(labels);
        var curves = Curves(result, figure, test, axis).ToImmutableArray();
        var plot = FigureStyle.NewPlot("", figure.Title, share.Label);
        plot.Axes.Bottom.SetTicks([.. labels.Select(label => places[label])], labels);
        var top = 1.12 * Math.Max(LeastTop, curves.SelectMany(curve => curve.Points).Select(point => 100 * (share.Interval(point.Cell)?.High ?? share.Of(point.Cell))).DefaultIfEmpty().Max());
        if (SweepAxis.IsNumeric(labels))
        {
            for (var k = 0; k < curves.Length; k++)
                AddCurve(plot, curves[k], share, places, SweepSeries.Of(curves, k));
            plot.Axes.Margins(0.08, 0.12);
            if (share.IsFromZero)
                plot.Axes.SetLimitsY(-0.04 * top, top);
        }
        else
        {
            for (var k = 0; k < curves.Length; k++)
                AddBars(plot, curves[k], share, label => places[label] + ((k - ((curves.Length - 1) / 2.0)) * Group / curves.Length), Group / curves.Length, SweepSeries.Of(curves, k));
            plot.Axes.Bottom.MajorTickStyle.Length = 0;
            plot.Grid.XAxisStyle.IsVisible = false;
            plot.Axes.SetLimits(-0.6, labels.Length - 0.4, 0, top);
        }

        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Vertical;
        return new FigurePlan(name, caption + LeftOut(result), plot, FigureStyle.Height + (44 * curves.Length));
    }

    /// <summary>Experiments that have no point.</summary>
    private static string LeftOut(SweepResult result)
    {
        var missing = result.Reports.Count(report => report is null);
        return missing == 0 ? "" : FormattableString.Invariant($" {missing} of {result.Reports.Length} experiments failed or have not run yet, and are not here.");
    }

    private static IEnumerable<SweepCurve> Curves(SweepResult result, SweepFigure figure, string test, int axis) =>
        from gate in figure.Gates
        from curve in SweepCell.Of(result).Where(cell => cell.Gate == gate && cell.Test == test).GroupBy(cell => string.Join(", ", cell.Labels.RemoveAt(axis)))
        select new SweepCurve(
            string.Join(", ", new[] { curve.Key, figure.Gates.Length > 1 || curve.Key.Length == 0 ? Names.OfGate(gate) : "" }.Where(part => part.Length > 0)), gate, curve.Key,
            [.. curve.Select(cell => (cell.Labels[axis], cell))]);

    /// <summary>Along numbers: a line, which says that what lies between them was not measured but is of their kind.</summary>
    private static void AddCurve(Plot plot, SweepCurve curve, Share share, Dictionary<string, double> places, SweepSeries series)
    {
        var points = curve.Points.OrderBy(point => places[point.Label]).ToArray();
        FigureStyle.AddCurve(
            plot, new(series.Color, series.Marker), curve.Name, [.. points.Select(point => places[point.Label])], [.. points.Select(point => 100 * share.Of(point.Cell))]).LinePattern = series.Pattern;
        foreach (var (label, cell) in points)
            AddInterval(plot, places[label], share.Interval(cell), series.Color);
    }

    /// <summary>Over words, between which there is nothing: a bar for each.</summary>
    private static void AddBars(Plot plot, SweepCurve curve, Share share, Func<string, double> place, double width, SweepSeries series)
    {
        Bar[] all = [.. curve.Points.Select(point => new Bar { Position = place(point.Label), Value = 100 * share.Of(point.Cell), Size = 0.92 * width, FillColor = series.Color, LineWidth = 0 })];
        var bars = plot.Add.Bars(all);
        bars.LegendText = curve.Name;
        foreach (var (label, cell) in curve.Points)
            AddInterval(plot, place(label), share.Interval(cell), FigureStyle.Ink);
    }

    private static void AddInterval(Plot plot, double place, (double Low, double High)? interval, Color color)
    {
        if (interval is var (low, high))
        {
            var bar = plot.Add.Line(place, 100 * low, place, 100 * high);
            bar.Color = color;
            bar.LineWidth = 3;
        }
    }

    private sealed record Share(string Label, Func<SweepCell, double> Of, Func<SweepCell, (double Low, double High)?> Interval, bool IsFromZero);
}
