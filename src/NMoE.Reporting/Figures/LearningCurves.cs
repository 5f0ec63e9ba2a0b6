using System.Collections.Immutable;
using NMoE.Federation.Records;
using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>Accuracy and loss of the global model over rounds, loss over virtual time, and accuracy of several runs over bytes.</summary>
internal static class LearningCurves
{
    private const string AccuracyLabel = "Accuracy (%)";
    private const string RoundLabel = "Round";
    private const string LossLabel = "Training loss";

    /// <summary>Accuracy after each round of a stage.</summary>
    public static FigurePlan AccuracyOverRounds(RunReport report) => Draw(
        "accuracy-rounds", "Accuracy of the global model after each round.", Measured(report),
        new Axes(RoundLabel, round => round.Round, AccuracyLabel, Percent));

    /// <summary>Training loss after each round of a stage.</summary>
    public static FigurePlan LossOverRounds(RunReport report) => Draw(
        "loss-rounds", "Training loss, mean over the clients of a round." + LeftOut(report), Finite(report),
        new Axes(RoundLabel, round => round.Round, LossLabel, round => round.TrainLoss));

    /// <summary>Training loss over virtual time.</summary>
    public static FigurePlan LossOverTime(RunReport report)
    {
        var rounds = Finite(report);
        var unit = TimeUnit(rounds);
        return Draw(
            "loss-time", $"Training loss over {Names.OfTime(report).ToLowerInvariant()}, mean over the clients of a round." + LeftOut(report), rounds,
            new Axes($"{Names.OfTime(report)} ({unit.Symbol})", round => round.VirtualSeconds / unit.Size, LossLabel, round => round.TrainLoss));
    }

    /// <summary>Rounds after which accuracy was measured.</summary>
    public static ImmutableArray<RoundRecord> Measured(RunReport report) => [.. report.Rounds.Where(round => round.Accuracy is not null)];

    /// <summary>Rounds with a loss that can be drawn.</summary>
    public static ImmutableArray<RoundRecord> Finite(RunReport report) =>
        [.. report.Rounds.Where(round => double.IsFinite(round.TrainLoss))];

    private static string LeftOut(RunReport report)
    {
        var without = report.Rounds.Length - Finite(report).Length;
        return without == 0 ? "" : FormattableString.Invariant($" {without} of {report.Rounds.Length} rounds have no finite loss, and are not here.");
    }

    /// <summary>Accuracy against bytes of several runs in one axis; every run has a measured round.</summary>
    public static FigurePlan CompareBytes(ImmutableArray<(string Name, ImmutableArray<RoundRecord> Rounds)> runs)
    {
        var unit = AxisUnit.OfBytes(runs.Max(run => run.Rounds.Max(round => round.BytesSoFar)));
        var plot = FigureStyle.NewPlot("", $"Bytes communicated ({unit.Symbol})", AccuracyLabel);
        for (var k = 0; k < runs.Length; k++)
        {
            var (name, rounds) = runs[k];
            FigureStyle.AddCurve(
                plot, FigureStyle.Of(k), name, [.. rounds.Select(round => round.BytesSoFar / unit.Size)], [.. rounds.Select(Percent)]);
        }

        plot.Axes.Margins(0.05, 0.1);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Vertical;
        return new FigurePlan(
            "comparison-accuracy-bytes", "Accuracy of the global model of each run against the bytes that all devices had sent.", plot,
            FigureStyle.Height + (44 * runs.Length));
    }

    private static AxisUnit TimeUnit(ImmutableArray<RoundRecord> rounds) => AxisUnit.OfSeconds(rounds.Max(round => round.VirtualSeconds));

    private static double Percent(RoundRecord round) => 100 * round.Accuracy!.Value;

    private static FigurePlan Draw(string name, string caption, ImmutableArray<RoundRecord> rounds, Axes axes)
    {
        var plot = FigureStyle.NewPlot("", axes.XLabel, axes.YLabel);
        var stages = rounds.Select(round => round.Stage).Distinct().ToArray();
        for (var k = 0; k < stages.Length; k++)
        {
            var points = rounds.Where(round => round.Stage == stages[k]).ToArray();
            FigureStyle.AddCurve(plot, FigureStyle.Of(k), Names.OfStage(stages[k]), [.. points.Select(axes.X)], [.. points.Select(axes.Y)]);
        }

        plot.Axes.Margins(0.05, 0.1);
        if (axes.XLabel == RoundLabel)
            FigureStyle.SetWholeTicks(plot, rounds.Min(round => round.Round), rounds.Max(round => round.Round));
        if (stages.Length > 1)
            plot.ShowLegend(axes.YLabel == LossLabel ? Alignment.UpperRight : Alignment.LowerRight);
        else
            plot.HideLegend();
        return new FigurePlan(name, caption, plot);
    }

    private sealed record Axes(string XLabel, Func<RoundRecord, double> X, string YLabel, Func<RoundRecord, double> Y);
}
