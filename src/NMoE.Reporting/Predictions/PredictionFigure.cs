using System.Collections.Immutable;
using NMoE.Reporting.Figures;
using ScottPlot;

namespace NMoE.Reporting.Predictions;

/// <summary>Predicted and measured times of rounds in one axis: a line for what was predicted, a marker for each round that was measured.</summary>
public static class PredictionFigure
{
    /// <summary>Draws comparisons, such as one a network.</summary>
    /// <param name="checks">At least one.</param>
    public static Figure Draw(ImmutableArray<PredictionCheck> checks)
    {
        var counting = checks.SelectMany(check => Counting(check)).ToArray();
        var unit = AxisUnit.OfSeconds(counting.Select(round => Math.Max(round.PredictedSeconds, round.MeasuredSeconds)).DefaultIfEmpty(1).Max());
        var plot = FigureStyle.NewPlot("", "Round", $"Time of the round ({unit.Symbol})");
        for (var k = 0; k < checks.Length; k++)
        {
            Add(plot, checks[k], FigureStyle.Of(k), unit);
        }

        plot.Axes.Margins(0.05, 0.15);
        plot.Axes.SetLimitsY(0, 1.15 * counting.Select(round => Math.Max(round.PredictedSeconds, round.MeasuredSeconds)).DefaultIfEmpty(1).Max() / unit.Size);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Vertical;
        return new FigurePlan(
            "predicted-measured", "Time of each round of stage 1: predicted by the simulator (lines) and measured in a live run (markers).", plot,
            FigureStyle.Height + (88 * checks.Length)).Render(FigureLook.Standard);
    }

    /// <summary>Writes the figure as PNG and SVG.</summary>
    /// <param name="checks">At least one.</param>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <exception cref="OutputNotWritableException">A file could not be written.</exception>
    public static ImmutableArray<string> Write(ImmutableArray<PredictionCheck> checks, string folder) => FigureSet.Write([DrawingAttempt.Of(() => Draw(checks))], folder);

    /// <summary>Rounds of the first stage: those of others come after it and would lie on top of it.</summary>
    private static IEnumerable<RoundComparison> Counting(PredictionCheck check) => check.Rounds.Where(round => round.Counts && round.Stage == check.Rounds[0].Stage);

    private static void Add(Plot plot, PredictionCheck check, Series series, AxisUnit unit)
    {
        var rounds = Counting(check).ToArray();
        double[] x = [.. rounds.Select(round => (double)round.Round)];
        var predicted = FigureStyle.AddCurve(plot, series, check.Name + ", predicted", x, [.. rounds.Select(round => round.PredictedSeconds / unit.Size)]);
        predicted.MarkerSize = 0;
        var measured = FigureStyle.AddCurve(plot, series, check.Name + ", measured", x, [.. rounds.Select(round => round.MeasuredSeconds / unit.Size)]);
        measured.LineWidth = 0;
        measured.MarkerSize = 18;
    }
}
