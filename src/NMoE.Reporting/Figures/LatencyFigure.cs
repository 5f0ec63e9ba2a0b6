using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>How long requests took: for each gate the share that was answered within a time, with its median and 95th percentile.</summary>
internal static class LatencyFigure
{
    private const double Median = 50;
    private const double P95 = 95;

    /// <summary>The gates on one test set.</summary>
    public static FigurePlan Draw(RunReport report, string test, ImmutableArray<LatencyRecord> gates)
    {
        var longest = gates.Max(gate => gate.QuantileSeconds[^1]);
        var unit = AxisUnit.OfSeconds(longest);
        var plot = FigureStyle.NewPlot(Names.Titled(report, ""), $"Latency of a request ({unit.Symbol})", "Requests answered (%)");
        foreach (var share in new[] { Median, P95 })
        {
            var line = plot.Add.HorizontalLine(share);
            line.Color = FigureStyle.Ink;
            line.LineWidth = 1.5f;
            line.LinePattern = LinePattern.Dotted;
        }

        for (var k = 0; k < gates.Length; k++)
            Add(plot, gates[k], Names.SeriesOfGate(gates[k].Gate), unit);
        plot.Axes.SetLimits(0, 1.06 * longest / unit.Size, 0, 104);
        double[] ticks = [0, 25, Median, 75, P95];
        plot.Axes.Left.SetTicks(ticks, [.. ticks.Select(tick => tick.ToString("F0", CultureInfo.InvariantCulture))]);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Vertical;
        return new FigurePlan(
            $"latency-{test}", $"Share of requests answered within a time, {Names.OfTest(test)}; marks at the median and at 95 %.", plot,
            FigureStyle.Height + (44 * gates.Length));
    }

    private static void Add(Plot plot, LatencyRecord gate, Series series, AxisUnit unit)
    {
        // A step up at each quantile, from nothing at the shortest.
        var quantiles = gate.QuantileSeconds.Select(seconds => seconds / unit.Size).ToArray();
        double[] x = [.. quantiles.SelectMany(quantile => new[] { quantile, quantile })];
        double[] y = [.. quantiles.SelectMany((_, index) => new[] { 100.0 * index / quantiles.Length, 100.0 * (index + 1) / quantiles.Length })];
        var curve = plot.Add.Scatter(x, y);
        curve.Color = series.Color;
        curve.LineWidth = 4;
        curve.MarkerSize = 0;
        foreach (var (seconds, share) in new[] { (gate.MedianSeconds, Median), (gate.P95Seconds, P95) })
        {
            var mark = plot.Add.Marker(seconds / unit.Size, share);
            mark.Color = series.Color;
            mark.Shape = series.Marker;
            mark.Size = 22;
            mark.MarkerLineWidth = 4;
            mark.LegendText = share == Median
                ? $"{Names.OfGate(gate.Gate)}: median {Number(gate.MedianSeconds, unit)}, 95 % {Number(gate.P95Seconds, unit)}"
                : "";
        }
    }

    /// <summary>Three digits, and no power of ten.</summary>
    private static string Number(double seconds, AxisUnit unit)
    {
        var value = seconds / unit.Size;
        return $"{value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture)} {unit.Symbol}";
    }
}
