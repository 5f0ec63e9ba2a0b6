using System.Collections.Immutable;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using ScottPlot;

namespace NMoE.Reporting.Sweeps;

/// <summary>A share along one axis of a sweep: a curve for each combination of the other axes and gates.</summary>
internal static class SweepAlongAxis
{
    private const double Dodge = 0.06;

    // Percent: where nothing was degraded the axis says so, instead of showing a line in the middle of nothing.
    private const double LeastTop = 1;

    /// <summary>Accuracy, with intervals over clients.</summary>
    public static Figure Accuracy(SweepResult result, SweepFigure figure, string test) => Draw(
        result, figure, test, new Share("Accuracy (%)", cell => cell.Accuracy, cell => cell.Interval, IsFromZero: false),
        $"{result.Plan.Name}-{test}",
        $"Accuracy against {figure.Title}, {Names.OfTest(test)}; {Intervals(result)}.");

    private static string Intervals(SweepResult result) => result.Plan.Repeat is null
        ? "95 % t-intervals over clients"
        : "means and 95 % t-intervals over seeds";

    /// <summary>Answers of a next-best or the own expert in the place of one that was chosen and late.</summary>
    public static Figure Degraded(SweepResult result, SweepFigure figure, string test) => Draw(
        result, figure, test, new Share("Degraded answers (%)", cell => cell.Samples.Average(sample => sample.Pass.Degraded), _ => null, IsFromZero: true),
        $"{result.Plan.Name}-degraded-{test}",
        $"Share of answers that a next-best or the own expert gave in the place of a chosen one that was late, against {figure.Title}, {Names.OfTest(test)}.");

    private static Figure Draw(SweepResult result, SweepFigure figure, string test, Share share, string name, string caption)
    {
        var axis = result.Plan.Grid.IndexOf(figure.Axis);
        string[] labels = [.. result.Plan.Points.Select(point => result.Plan.LabelsOf(point)[axis]).Distinct()];
        var places = SweepAxis.Places(labels);
        var curves = Curves(result, figure, test, axis).ToArray();
        var plot = FigureStyle.NewPlot("", figure.Title, share.Label);
        var numeric = SweepAxis.IsNumeric(labels);
        for (var k = 0; k < curves.Length; k++)
        {
            // Words stand a whole unit apart: intervals beside each other can be told apart there.
            Add(plot, curves[k], share, places, numeric ? 0 : (k - ((curves.Length - 1) / 2.0)) * Dodge, FigureStyle.Of(k));
        }

        plot.Axes.Bottom.SetTicks([.. labels.Select(label => places[label])], labels);
        plot.Axes.Margins(0.08, 0.12);
        if (share.IsFromZero)
        {
            var top = 1.12 * Math.Max(LeastTop, curves.SelectMany(curve => curve.Points).Select(point => 100 * share.Of(point.Cell)).DefaultIfEmpty().Max());
            plot.Axes.SetLimitsY(-0.04 * top, top);
        }

        if (!numeric)
            plot.Axes.SetLimitsX(-0.6, labels.Length - 0.4);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Vertical;
        return FigureRenderer.Render(name, caption + LeftOut(result), plot, FigureStyle.Height + (44 * curves.Length));
    }

    /// <summary>Experiments that have no point.</summary>
    private static string LeftOut(SweepResult result)
    {
        var missing = result.Reports.Count(report => report is null);
        return missing == 0 ? "" : FormattableString.Invariant($" {missing} of {result.Reports.Length} experiments failed or have not run yet, and are not here.");
    }

    private static IEnumerable<Curve> Curves(SweepResult result, SweepFigure figure, string test, int axis) =>
        from gate in figure.Gates
        from curve in SweepCell.Of(result).Where(cell => cell.Gate == gate && cell.Test == test).GroupBy(cell => string.Join(", ", cell.Labels.RemoveAt(axis)))
        select new Curve(
            string.Join(", ", new[] { curve.Key, figure.Gates.Length > 1 || curve.Key.Length == 0 ? Names.OfGate(gate) : "" }.Where(part => part.Length > 0)),
            [.. curve.Select(cell => (cell.Labels[axis], cell))]);

    private static void Add(Plot plot, Curve curve, Share share, Dictionary<string, double> places, double aside, Series series)
    {
        var points = curve.Points.OrderBy(point => places[point.Label]).ToArray();
        double[] x = [.. points.Select(point => places[point.Label] + aside)];
        FigureStyle.AddCurve(plot, series, curve.Name, x, [.. points.Select(point => 100 * share.Of(point.Cell))]);
        foreach (var (place, interval) in x.Zip(points.Select(point => share.Interval(point.Cell))))
        {
            if (interval is var (low, high))
            {
                var bar = plot.Add.Line(place, 100 * low, place, 100 * high);
                bar.Color = series.Color;
                bar.LineWidth = 3;
            }
        }
    }

    private sealed record Share(string Label, Func<SweepCell, double> Of, Func<SweepCell, (double Low, double High)?> Interval, bool IsFromZero);

    private sealed record Curve(string Name, ImmutableArray<(string Label, SweepCell Cell)> Points);
}
