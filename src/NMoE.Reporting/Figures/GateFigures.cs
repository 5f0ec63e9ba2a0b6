using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>What each gate reaches, and what it costs.</summary>
internal static class GateFigures
{
    private const int MostFullNames = 5;
    private const int MostFullSize = 6;
    private const int MostDecimals = 10;

    /// <summary>Accuracy against bytes sent per inferred sample on one test set: a point for each gate, a line for each reference.</summary>
    public static FigurePlan AccuracyAgainstBytes(string test, ImmutableArray<PassRecord> passes)
    {
        var served = passes.Where(pass => !Names.IsReference(pass.Gate)).ToArray();
        var unit = AxisUnit.OfBytes(served.Max(pass => pass.BytesPerSample));
        var plot = FigureStyle.NewPlot(Sentence(Names.OfTest(test)), $"Bytes sent per inferred sample ({unit.Symbol})", "Accuracy (%)");
        for (var k = 0; k < served.Length; k++)
        {
            var point = plot.Add.Marker(served[k].BytesPerSample / unit.Size, 100 * served[k].Accuracy);
            var series = Names.SeriesOfGate(served[k].Gate);
            point.Color = series.Color;
            point.Shape = series.Marker;
            point.Size = 30;
            point.MarkerLineWidth = 4;
            point.LegendText = Names.OfGate(served[k].Gate);
        }

        foreach (var reference in passes.Where(pass => Names.IsReference(pass.Gate)))
        {
            var line = plot.Add.HorizontalLine(100 * reference.Accuracy);
            line.Color = Names.SeriesOfGate(reference.Gate).Color;
            line.LineWidth = 3;
            line.LinePattern = reference.Gate switch { Names.Oracle => LinePattern.Dashed, Names.BestExpert => LinePattern.Solid, Names.Specialist => LinePattern.DenselyDashed, _ => LinePattern.Dotted };
            line.LegendText = Names.OfGate(reference.Gate);
        }

        plot.Axes.Margins(0.1, 0.15);
        // From zero: what it costs to send nothing is the reference of every gate.
        var most = Math.Max(1, served.Max(pass => pass.BytesPerSample) / unit.Size);
        plot.Axes.SetLimitsX(-0.06 * most, 1.08 * most);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Horizontal;
        return new FigurePlan(
            $"inference-bytes-{test}", $"Accuracy of each gate against the bytes it sent per sample, {Names.OfTest(test)}.", plot);
    }

    /// <summary>Accuracy of every gate, a bar for each test set.</summary>
    public static FigurePlan Accuracies(RunReport report)
    {
        var gates = report.Passes.Select(pass => pass.Gate).Distinct().OrderBy(gate => Names.IsReference(gate)).ThenBy(gate => gate == Names.Oracle).ToArray();
        var tests = report.Passes.Select(pass => pass.Test).Distinct().ToArray();
        // More than five full names do not fit beside each other, nor more than ten numbers with decimals.
        var few = gates.Length <= MostFullNames;
        var plot = FigureStyle.NewPlot(tests.Length == 1 ? Sentence(Names.OfTest(tests[0])) : "", few ? "" : "Gate", "Accuracy (%)");
        var number = gates.Length * tests.Length <= MostDecimals ? "F1" : "F0";
        var width = 0.8 / tests.Length;
        for (var t = 0; t < tests.Length; t++)
        {
            List<Bar> bars = [.. report.Passes.Where(pass => pass.Test == tests[t]).Select(pass => new Bar
            {
                Position = Array.IndexOf(gates, pass.Gate) + ((t - ((tests.Length - 1) / 2.0)) * width),
                Value = 100 * pass.Accuracy,
                Size = 0.94 * width,
                FillColor = t == 0 ? Fill(pass.Gate) : FigureStyle.Pale(Fill(pass.Gate)),
                LineWidth = 0,
                Label = (100 * pass.Accuracy).ToString(number, CultureInfo.InvariantCulture),
            })];
            var plotted = plot.Add.Bars(bars);
            plotted.ValueLabelStyle.FontSize = FigureStyle.SmallText;
            plotted.ValueLabelStyle.FontName = FigureFonts.Family;
        }

        plot.Axes.Bottom.SetTicks([.. gates.Select((_, index) => (double)index)], [.. gates.Select(gate => few ? Names.UnderBar(gate) : Names.UnderBar(gate).Replace("Gate", "", StringComparison.Ordinal))]);
        plot.Axes.Bottom.TickLabelStyle.FontSize = gates.Length > MostFullSize ? FigureStyle.SmallText * MostFullSize / gates.Length : FigureStyle.SmallText;
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
        // Room for three gates at least, so that the bars of one do not fill the figure.
        var room = Math.Max(0.5, (4 - gates.Length) / 2.0);

        // Above 100 %, so that the number on a full bar is not cut off.
        plot.Axes.SetLimits(-room, gates.Length - 1 + room, 0, 115);
        NameTests(plot, tests);
        return new FigurePlan("accuracy-gates", tests.Length == 1 ? $"Accuracy of each gate, {Names.OfTest(tests[0])}." : "Accuracy of each gate on each test set.", plot);
    }

    /// <summary>The colours are those of gates: their strength tells test sets apart, where there is more than one.</summary>
    private static void NameTests(Plot plot, string[] tests)
    {
        if (tests.Length == 1)
        {
            plot.HideLegend();
            return;
        }

        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Horizontal;
        for (var t = 0; t < tests.Length; t++)
            plot.Legend.ManualItems.Add(new() { LabelText = Sentence(Names.OfTest(tests[t])), FillColor = t == 0 ? FigureStyle.Grey : FigureStyle.Pale(FigureStyle.Grey), LabelFontSize = FigureStyle.SmallText });
    }

    /// <summary>A reference's bar would be black from top to bottom in its line's colour.</summary>
    private static Color Fill(string gate) => Names.IsReference(gate) && !Names.IsBaseline(gate) ? FigureStyle.Grey : Names.SeriesOfGate(gate).Color;

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
