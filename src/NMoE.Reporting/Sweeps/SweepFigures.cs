using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using ScottPlot;

namespace NMoE.Reporting.Sweeps;

/// <summary>Accuracy along one axis of a sweep, with 95 % intervals: a curve for each combination of the other axes and gates.</summary>
public static class SweepFigures
{
    private const double Dodge = 0.06;

    /// <summary>A figure for each test set; none where the sweep asks for none or nothing was run.</summary>
    public static ImmutableArray<Figure> Draw(SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Plan.Figure is not { } figure
            ? []
            : [.. result.Finished.SelectMany(item => item.Report.Passes.Select(pass => pass.Test)).Distinct().Select(test => Draw(result, figure, test))];
    }

    private static Figure Draw(SweepResult result, SweepFigure figure, string test)
    {
        var axis = result.Plan.Grid.IndexOf(figure.Axis);
        string[] labels = [.. result.Plan.Points.Select(point => result.Plan.LabelsOf(point)[axis]).Distinct()];
        var places = Places(labels);
        var curves = Curves(result, figure, test, axis).ToArray();
        var plot = FigureStyle.NewPlot("", figure.Title, "Accuracy (%)");
        var numeric = labels.All(IsNumber);
        for (var k = 0; k < curves.Length; k++)
        {
            // Words stand a whole unit apart: intervals beside each other can be told apart there.
            Add(plot, curves[k], places, numeric ? 0 : (k - ((curves.Length - 1) / 2.0)) * Dodge, FigureStyle.Of(k));
        }

        plot.Axes.Bottom.SetTicks([.. labels.Select(label => places[label])], labels);
        plot.Axes.Margins(0.08, 0.12);
        if (!numeric)
            plot.Axes.SetLimitsX(-0.6, labels.Length - 0.4);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Vertical;
        var intervals = result.Plan.Repeat is null ? "95 % bootstrap intervals over clients and pictures" : "means and 95 % t-intervals over seeds";
        return FigureRenderer.Render(
            $"{result.Plan.Name}-{test}", $"Accuracy against {figure.Title}, {Names.OfTest(test)}; {intervals}.", plot,
            FigureStyle.Height + (44 * curves.Length));
    }

    /// <summary>Numbers stand where they belong, words one after the other.</summary>
    private static Dictionary<string, double> Places(string[] labels)
    {
        var numeric = labels.All(IsNumber);
        return labels.Select((label, index) => (label, Place: numeric ? double.Parse(label, CultureInfo.InvariantCulture) : index))
            .ToDictionary(item => item.label, item => item.Place, StringComparer.Ordinal);
    }

    private static bool IsNumber(string label) => double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static IEnumerable<Curve> Curves(SweepResult result, SweepFigure figure, string test, int axis) =>
        from gate in figure.Gates
        from curve in SweepCell.Of(result).Where(cell => cell.Gate == gate && cell.Test == test).GroupBy(cell => string.Join(", ", cell.Labels.RemoveAt(axis)))
        select new Curve(
            string.Join(", ", new[] { curve.Key, figure.Gates.Length > 1 || curve.Key.Length == 0 ? Names.OfGate(gate) : "" }.Where(part => part.Length > 0)),
            [.. curve.Select(cell => (cell.Labels[axis], cell))]);

    private static void Add(Plot plot, Curve curve, Dictionary<string, double> places, double aside, Series series)
    {
        var points = curve.Points.OrderBy(point => places[point.Label]).ToArray();
        double[] x = [.. points.Select(point => places[point.Label] + aside)];
        double[] y = [.. points.Select(point => 100 * point.Cell.Accuracy)];
        FigureStyle.AddCurve(plot, series, curve.Name, x, y);
        foreach (var (place, cell) in x.Zip(points.Select(point => point.Cell)))
        {
            if (cell.Interval is { } interval)
            {
                var bar = plot.Add.Line(place, 100 * interval.Low, place, 100 * interval.High);
                bar.Color = series.Color;
                bar.LineWidth = 3;
            }
        }
    }

    private sealed record Curve(string Name, ImmutableArray<(string Label, SweepCell Cell)> Points);
}
