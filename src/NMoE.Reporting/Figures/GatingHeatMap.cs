using System.Globalization;
using NMoE.Federation.Records;
using ScottPlot;
using ScottPlot.Plottables;

namespace NMoE.Reporting.Figures;

/// <summary>Where each client's samples went: the paper's Fig. 3 for one gate and one test set.</summary>
internal static class GatingHeatMap
{
    // Beyond this many clients a share no longer fits its cell at column width.
    private const int MostPrinted = 12;
    private const int FigureHeight = 900;

    /// <summary>Draws the map: a row for each client, a column for each expert, both counted from 1.</summary>
    /// <param name="pass">A pass with a routing matrix.</param>
    public static Figure Draw(PassRecord pass)
    {
        var plot = FigureStyle.NewPlot(Title(pass), "Expert", "Client");
        plot.HideGrid();
        var map = AddMap(plot, pass);
        LabelAxes(plot, pass.Routing.Length);
        if (pass.Routing.Length <= MostPrinted)
            PrintShares(plot, pass, map);
        AddBar(plot, map);
        return FigureRenderer.Render(
            $"gating-{pass.Gate}-{pass.Test}",
            $"{Names.OfGate(pass.Gate)} on the {Names.OfTest(pass.Test)}: share of each client's samples that each expert answered.",
            plot, FigureHeight);
    }

    private static string Title(PassRecord pass)
    {
        var figures = string.Create(CultureInfo.InvariantCulture, $"accuracy {100 * pass.Accuracy:F1} %");
        if (pass.MacroF1 is { } f1)
            figures = string.Create(CultureInfo.InvariantCulture, $"{figures}, F1 {100 * f1:F1} %");
        if (pass.LocalRatio is { } ratio)
            figures = string.Create(CultureInfo.InvariantCulture, $"local ratio {100 * ratio:F1} %, {figures}");
        return $"{Names.OfGate(pass.Gate)}, {Names.OfTest(pass.Test)}\n{figures}";
    }

    private static Heatmap AddMap(Plot plot, PassRecord pass)
    {
        var n = pass.Routing.Length;
        var shares = new double[n, n];
        for (var client = 0; client < n; client++)
        {
            for (var expert = 0; expert < n; expert++)
                shares[client, expert] = pass.Routing[client][expert];
        }

        var map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        map.ManualRange = new ScottPlot.Range(0, 1);
        map.RenderStrategy = new Heatmap.RenderStrategies.Rectangles();
        return map;
    }

    private static void LabelAxes(Plot plot, int n)
    {
        plot.Axes.SetLimits(-0.5, n - 0.5, -0.5, n - 0.5);
        var step = n <= 20 ? 1 : (int)Math.Ceiling(n / 10.0);
        var ids = Enumerable.Range(0, n).Where(id => id % step == 0).ToArray();
        string[] labels = [.. ids.Select(id => (id + 1).ToString(CultureInfo.InvariantCulture))];
        plot.Axes.Bottom.SetTicks([.. ids.Select(id => (double)id)], labels);
        // The heat map draws row 0 on top.
        plot.Axes.Left.SetTicks([.. ids.Select(id => (double)(n - 1 - id))], labels);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Left.MajorTickStyle.Length = 0;
    }

    private static void PrintShares(Plot plot, PassRecord pass, Heatmap map)
    {
        var n = pass.Routing.Length;
        for (var client = 0; client < n; client++)
        {
            for (var expert = 0; expert < n; expert++)
            {
                var share = pass.Routing[client][expert];
                var text = plot.Add.Text(share.ToString("0.00", CultureInfo.InvariantCulture), expert, n - 1 - client);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontSize = n > 8 ? 25 : FigureStyle.SmallText;
                text.LabelFontColor = InkOn(map.Colormap.GetColor(share));
            }
        }
    }

    // Black or white, whichever has more contrast (WCAG 2.1 relative luminance; they tie at 0.179).
    private static Color InkOn(Color background)
    {
        var luminance = (0.2126 * Linear(background.R)) + (0.7152 * Linear(background.G)) + (0.0722 * Linear(background.B));
        return luminance > 0.179 ? Colors.Black : Colors.White;
    }

    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static void AddBar(Plot plot, Heatmap map)
    {
        var bar = plot.Add.ColorBar(map);
        bar.Width = 36;
        bar.Label = "Share of the client's samples";
        bar.LabelStyle.FontSize = FigureStyle.SmallText;
        ((ScottPlot.AxisPanels.AxisBase)bar.Axis).PaddingOutsideAxisLabels = new PixelPadding(FigureStyle.EdgeMargin);
        double[] ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
        bar.Axis.SetTicks(ticks, [.. ticks.Select(tick => tick.ToString("0.0", CultureInfo.InvariantCulture))]);
        bar.LabelStyle.FontName = Fonts.FigureFonts.Family;
        bar.Axis.TickLabelStyle.FontSize = FigureStyle.SmallText;
        bar.Axis.TickLabelStyle.FontName = Fonts.FigureFonts.Family;
    }
}
