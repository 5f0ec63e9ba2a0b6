using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using ScottPlot;

namespace NMoE.Reporting.Sweeps;

/// <summary>Stage 1's accuracy in all experiments of a sweep: what one training costs on several channels, and what several trainings cost on one.</summary>
internal static class SweepLearning
{
    // Beyond this ratio between the ends of two curves the shorter one would be a line along the axis.
    private const double Far = 20;

    private const int MostMarks = 7;

    /// <summary>Against the bytes that all devices had sent; none where nothing was measured.</summary>
    public static IEnumerable<FigurePlan> AgainstBytes(SweepResult result, SweepFigure figure) => Draw(
        result, figure, new Cost("Bytes communicated", "bytes", round => round.BytesSoFar, AxisUnit.OfBytes, AxisUnit.ByteMarks),
        $"Accuracy of the global model against the bytes that all devices had sent, for each experiment{Repeats(result)}.");

    /// <summary>Over virtual time; none where nothing was measured.</summary>
    public static IEnumerable<FigurePlan> OverTime(SweepResult result, SweepFigure figure) => Draw(
        result, figure, new Cost("Virtual time", "time", round => round.VirtualSeconds, AxisUnit.OfSeconds, AxisUnit.TimeMarks),
        $"Accuracy of the global model over virtual time, for each experiment{Repeats(result)}.");

    private static string Repeats(SweepResult result) => result.Plan.Repeat is null ? "" : "; means over seeds, in a band from the lowest to the highest of them";

    private static IEnumerable<FigurePlan> Draw(SweepResult result, SweepFigure figure, Cost cost, string caption)
    {
        var curves = Curves(result, figure, cost.Of);
        if (curves.IsEmpty)
            yield break;
        var ends = curves.Select(curve => curve.Points[^1].Cost).ToArray();
        var unit = cost.UnitOf(ends.Max());
        var isFar = ends.Max() > Far * ends.Min();
        var plot = FigureStyle.NewPlot("", isFar ? cost.Label : $"{cost.Label} ({unit.Symbol})", "Accuracy (%)");
        for (var k = 0; k < curves.Length; k++)
        {
            double[] x = [.. curves[k].Points.Select(point => isFar ? Math.Log10(point.Cost) : point.Cost / unit.Size)];
            if (result.Plan.Repeat is not null)
                FigureStyle.AddBand(plot, FigureStyle.Of(k), x, [.. curves[k].Points.Select(point => 100 * point.Least)], [.. curves[k].Points.Select(point => 100 * point.Most)]);
            FigureStyle.AddCurve(plot, FigureStyle.Of(k), curves[k].Name, x, [.. curves[k].Points.Select(point => 100 * point.Accuracy)]);
        }

        plot.Axes.Margins(0.05, 0.1);
        if (isFar)
            SetMarks(plot, cost.Marks, curves.Min(curve => curve.Points[0].Cost), ends.Max());
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Vertical;
        var drawn = result.Finished.Count(item => LearningCurves.Measured(item.Report).Any(round => cost.Of(round) > 0));
        yield return new FigurePlan(
            $"{result.Plan.Name}-{cost.Name}",
            drawn == result.Reports.Length ? caption : FormattableString.Invariant($"{caption} {result.Reports.Length - drawn} of {result.Reports.Length} experiments have no measured accuracy, and are not here."), plot, FigureStyle.Height + (44 * curves.Length));
    }

    /// <summary>A curve for each experiment, over its repeats; experiments that are the same here share one, and their labels its name.</summary>
    private static ImmutableArray<Curve> Curves(SweepResult result, SweepFigure figure, Func<RoundRecord, double> cost)
    {
        var axis = result.Plan.Grid.IndexOf(figure.Axis);
        return
        [
            .. result.Finished.Select(item => (Labels: result.Plan.LabelsOf(item.Point), Rounds: LearningCurves.Measured(item.Report).RemoveAll(round => !(cost(round) > 0))))
                .Where(item => !item.Rounds.IsEmpty)
                .GroupBy(item => string.Join('\n', item.Labels))
                .Select(repeats => (repeats.First().Labels, Points: Over([.. repeats.Select(item => item.Rounds)], cost)))
                .GroupBy(item => (Others: string.Join(", ", item.Labels.RemoveAt(axis)), Key: string.Join('\n', item.Points)))
                .Select(same => new Curve(
                    string.Join(": ", new[] { same.Key.Others, string.Join(", ", same.Select(item => item.Labels[axis])) }.Where(part => part.Length > 0)),
                    same.First().Points)),
        ];
    }

    /// <summary>Means over repeats, of the rounds that all of them scored, with the least and the most.</summary>
    private static ImmutableArray<Point> Over(ImmutableArray<ImmutableArray<RoundRecord>> repeats, Func<RoundRecord, double> cost) =>
    [
        .. from same in repeats.SelectMany(rounds => rounds.AsEnumerable()).GroupBy(round => (round.Stage, round.Round))
           where same.Count() == repeats.Length
           select new Point(same.Average(cost), same.Average(round => round.Accuracy!.Value), same.Min(round => round.Accuracy!.Value), same.Max(round => round.Accuracy!.Value)),
    ];

    /// <summary>Round values that lie on the logarithmic axis, every so many where there are too many.</summary>
    private static void SetMarks(Plot plot, ImmutableArray<AxisUnit> marks, double least, double most)
    {
        AxisUnit[] seen = [.. marks.Where(mark => mark.Size >= 0.8 * least && mark.Size <= 1.25 * most)];
        var step = (seen.Length + MostMarks - 1) / MostMarks;
        AxisUnit[] shown = [.. seen.Where((_, index) => index % step == 0)];
        plot.Axes.Bottom.SetTicks([.. shown.Select(mark => Math.Log10(mark.Size))], [.. shown.Select(mark => mark.Symbol)]);
        plot.Axes.SetLimitsX(Math.Log10(least) - 0.1, Math.Log10(most) + 0.1);
    }

    private sealed record Curve(string Name, ImmutableArray<Point> Points);

    private sealed record Point(double Cost, double Accuracy, double Least, double Most);

    private sealed record Cost(
        string Label, string Name, Func<RoundRecord, double> Of, Func<double, AxisUnit> UnitOf, ImmutableArray<AxisUnit> Marks);
}
