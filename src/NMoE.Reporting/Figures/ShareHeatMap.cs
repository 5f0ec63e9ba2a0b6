using System.Collections.Immutable;
using System.Globalization;
using ScottPlot;
using ScottPlot.Plottables;

namespace NMoE.Reporting.Figures;

/// <summary>What stands around a map of shares.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Rows">What a row is, counted from 0; columns are experts, by their clients.</param>
/// <param name="Share">What a share is one of.</param>
internal sealed record ShareLabels(string Title, string Rows, string Share)
{
    /// <summary>What a column is.</summary>
    public string Columns { get; init; } = "Expert of client";
}

/// <summary>Shares of experts, a row for each kind of sample: colours, and numbers where they fit.</summary>
internal static class ShareHeatMap
{
    /// <summary>Pixels of the figure from top to bottom.</summary>
    public const int Height = 900;

    // Beyond this many rows or columns a share no longer fits its cell at column width.
    private const int MostPrinted = 12;

    /// <summary>Draws the map.</summary>
    /// <param name="shares">[rows][experts], 0..1; NaN for cells that stay empty.</param>
    /// <param name="labels">What stands around it.</param>
    public static Plot Draw(ImmutableArray<ImmutableArray<double>> shares, ShareLabels labels)
    {
        var plot = FigureStyle.NewPlot(labels.Title, labels.Columns, labels.Rows);
        plot.HideGrid();
        var (rows, columns) = (shares.Length, shares[0].Length);
        var map = AddMap(plot, shares, rows, columns);
        LabelAxes(plot, rows, columns);
        if (Math.Max(rows, columns) <= MostPrinted)
            PrintShares(plot, shares, map);
        AddBar(plot, map, labels.Share);
        return plot;
    }

    private static Heatmap AddMap(Plot plot, ImmutableArray<ImmutableArray<double>> shares, int rows, int columns)
    {
        var values = new double[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            for (var expert = 0; expert < columns; expert++)
                values[row, expert] = shares[row][expert];
        }

        var map = plot.Add.Heatmap(values);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        map.ManualRange = new ScottPlot.Range(0, 1);
        map.RenderStrategy = new Heatmap.RenderStrategies.Rectangles();
        return map;
    }

    private static void LabelAxes(Plot plot, int rows, int columns)
    {
        plot.Axes.SetLimits(-0.5, columns - 0.5, -0.5, rows - 0.5);
        plot.Axes.Bottom.SetTicks([.. Ticks(columns).Select(id => (double)id)], Numbers(columns));
        // The heat map draws row 0 on top.
        plot.Axes.Left.SetTicks([.. Ticks(rows).Select(id => (double)(rows - 1 - id))], Numbers(rows));
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Left.MajorTickStyle.Length = 0;
    }

    private static IEnumerable<int> Ticks(int n)
    {
        var step = n <= 20 ? 1 : (int)Math.Ceiling(n / 10.0);
        return Enumerable.Range(0, n).Where(id => id % step == 0);
    }

    private static string[] Numbers(int n) => [.. Ticks(n).Select(id => id.ToString(CultureInfo.InvariantCulture))];

    private static void PrintShares(Plot plot, ImmutableArray<ImmutableArray<double>> shares, Heatmap map)
    {
        var size = Math.Max(shares.Length, shares[0].Length) > 8 ? 25 : FigureStyle.SmallText;
        for (var row = 0; row < shares.Length; row++)
        {
            for (var expert = 0; expert < shares[row].Length; expert++)
            {
                var share = shares[row][expert];
                if (double.IsNaN(share))
                    continue;
                var text = plot.Add.Text(share.ToString("0.00", CultureInfo.InvariantCulture), expert, shares.Length - 1 - row);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontSize = size;
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

    private static void AddBar(Plot plot, Heatmap map, string label)
    {
        var bar = plot.Add.ColorBar(map);
        bar.Width = 36;
        bar.Label = label;
        bar.LabelStyle.FontSize = FigureStyle.SmallText;
        ((ScottPlot.AxisPanels.AxisBase)bar.Axis).PaddingOutsideAxisLabels = new PixelPadding(FigureStyle.EdgeMargin);
        double[] ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
        bar.Axis.SetTicks(ticks, [.. ticks.Select(tick => tick.ToString("0.0", CultureInfo.InvariantCulture))]);
        bar.LabelStyle.FontName = FigureFonts.Family;
        bar.Axis.TickLabelStyle.FontSize = FigureStyle.SmallText;
        bar.Axis.TickLabelStyle.FontName = FigureFonts.Family;
    }
}
