using System.Collections.Immutable;
using NMoE.Federation.Records;
using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>
/// What a run reached for what it spent: the global model of stage 1 after each round, then each gate once it was trained and served, on one test set. A gate is charged with all stages that it needs:
/// its own training and serving, not another gate's.
/// </summary>
internal static class HeadlineFigures
{
    private const string AccuracyLabel = "Accuracy (%)";

    /// <summary>Against bytes that all devices had sent, those sent again included.</summary>
    public static FigurePlan AgainstBytes(RunReport report)
    {
        var gates = Gates(report, pass => Bytes(report, pass));
        var unit = AxisUnit.OfBytes((long)Most(gates, LearningCurves.Measured(report).Max(round => round.BytesSoFar)));
        return Draw(
            report, "accuracy-bytes", $"Accuracy of the global model after each round, and of each gate once it has served, against the bytes that all devices had sent{OnTest(report)}.",
            new($"Bytes communicated ({unit.Symbol})", unit.Size, round => round.BytesSoFar), gates);
    }

    /// <summary>Over virtual time; gates stand where all that they need was trained.</summary>
    public static FigurePlan OverTime(RunReport report)
    {
        var time = Names.OfTime(report);
        var gates = Gates(report, pass => Spending.Trained(report, pass.Gate).VirtualSeconds);
        var unit = AxisUnit.OfSeconds(Most(gates, LearningCurves.Measured(report).Max(round => round.VirtualSeconds)));
        return Draw(
            report, "accuracy-time", $"Accuracy of the global model after each round, and of each gate where its training ended, over {time.ToLowerInvariant()}{OnTest(report)}.",
            new($"{time} ({unit.Symbol})", unit.Size, round => round.VirtualSeconds), gates);
    }

    /// <summary>Against what devices had spent; gates stand where all that they need was trained.</summary>
    public static FigurePlan AgainstEnergy(RunReport report)
    {
        var gates = Gates(report, pass => Spending.Trained(report, pass.Gate).Joules ?? double.NaN).RemoveAll(gate => double.IsNaN(gate.Spent));
        var unit = AxisUnit.OfJoules(Most(gates, LearningCurves.Measured(report).Max(round => round.JoulesSoFar ?? 0)));
        return Draw(
            report, "accuracy-energy", $"Accuracy of the global model after each round, and of each gate where its training ended, against the energy that all devices had spent{OnTest(report)}.",
            new($"Energy of all devices ({unit.Symbol})", unit.Size, round => round.JoulesSoFar ?? 0), gates);
    }

    private static double Most(ImmutableArray<(PassRecord Pass, double Spent)> gates, double rounds) => gates.Select(gate => gate.Spent).Append(rounds).Max();

    /// <summary>Stage 1 is scored on the first of the test sets.</summary>
    private static string? Test(RunReport report) => Spending.TestOf(report) is { Length: > 0 } test ? test : null;

    private static string OnTest(RunReport report) => Test(report) is { } test ? $", {Names.OfTest(test)}" : "";

    private static ImmutableArray<(PassRecord Pass, double Spent)> Gates(RunReport report, Func<PassRecord, double> spent) =>
        [.. report.Passes.Where(pass => pass.Test == Test(report) && !Names.IsReference(pass.Gate)).Select(pass => (pass, spent(pass)))];

    /// <summary>Bytes of all that a gate needs until it has served a test set once.</summary>
    internal static long Bytes(RunReport report, PassRecord pass) => Spending.Trained(report, pass.Gate).Bytes
        + report.Ledger.Where(entry => entry.Stage == $"inference/{pass.Gate}/{pass.Test}").Sum(entry => entry.Sent + entry.Retransmitted);

    private static FigurePlan Draw(RunReport report, string name, string caption, Axis axis, ImmutableArray<(PassRecord Pass, double Spent)> gates)
    {
        var plot = FigureStyle.NewPlot("", axis.Label, AccuracyLabel);
        var rounds = LearningCurves.Measured(report);
        FigureStyle.AddCurve(
            plot, new(FigureStyle.Ink, MarkerShape.None), "Global model", [.. rounds.Select(round => axis.Of(round) / axis.Unit)], [.. rounds.Select(round => 100 * round.Accuracy!.Value)]);
        ImmutableArray<(double X, double Y)> marks = [.. gates.Select(gate => (gate.Spent, gate.Pass.Accuracy))];
        var seen = rounds.Select(round => (X: axis.Of(round), Y: round.Accuracy!.Value)).Concat(marks).ToArray();
        var sizes = MarkSizes.Of(marks, seen.Max(point => point.X) - seen.Min(point => point.X), seen.Max(point => point.Y) - seen.Min(point => point.Y));
        for (var k = 0; k < gates.Length; k++)
            AddGate(plot, gates[k].Pass, gates[k].Spent / axis.Unit, sizes[k]);
        var baselines = report.Passes.Where(pass => pass.Test == Test(report) && Names.IsBaseline(pass.Gate)).ToArray();
        for (var k = 0; k < baselines.Length; k++)
            AddBaseline(plot, baselines[k]);
        plot.Axes.Margins(0.06, 0.1);
        var rows = 0;
        if (gates.Length + baselines.Length > 0)
        {
            plot.ShowLegend(Edge.Bottom);
            plot.Legend.Orientation = Orientation.Horizontal;
            rows = (gates.Length + baselines.Length + 3) / 3;
        }
        else
        {
            plot.HideLegend();
        }

        return new FigurePlan(name, caption, plot, FigureStyle.Height + (44 * rows));
    }

    private static void AddGate(Plot plot, PassRecord pass, double spent, float size)
    {
        var series = Names.SeriesOfGate(pass.Gate);
        if (pass is { AccuracyLow: { } low, AccuracyHigh: { } high })
        {
            var interval = plot.Add.Line(spent, 100 * low, spent, 100 * high);
            interval.Color = series.Color;
            interval.LineWidth = 3;
        }

        var point = plot.Add.Marker(spent, 100 * pass.Accuracy);
        point.Color = series.Color;
        point.Shape = series.Marker;
        point.Size = size;
        point.MarkerLineWidth = 4;
        point.LegendText = Names.OfGate(pass.Gate);
    }

    private static void AddBaseline(Plot plot, PassRecord pass)
    {
        var line = plot.Add.HorizontalLine(100 * pass.Accuracy);
        line.Color = Names.SeriesOfGate(pass.Gate).Color;
        line.LineWidth = 3;
        line.LinePattern = LinePattern.Dotted;
        line.LegendText = Names.OfGate(pass.Gate);
    }

    private sealed record Axis(string Label, double Unit, Func<RoundRecord, double> Of);
}
