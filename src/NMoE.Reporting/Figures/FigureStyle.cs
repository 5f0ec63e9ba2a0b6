using System.Globalization;
using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>
/// How every figure looks: one column of a paper (3.5 inch) at 300 dots per inch, text of 7 to 8 points, and the colours of Okabe and Ito
/// (2008), which readers with any colour vision can tell apart; each goes with a marker of its own, for print without colour.
/// </summary>
internal static class FigureStyle
{
    /// <summary>Dots per inch of a picture.</summary>
    public const int DotsPerInch = 300;

    /// <summary>Width in dots: 3.5 inch.</summary>
    public const int Width = 1050;

    /// <summary>Height in dots of a curve's figure: 2.5 inch.</summary>
    public const int Height = 750;

    /// <summary>7 points.</summary>
    public const float SmallText = 29;

    /// <summary>8 points.</summary>
    public const float Text = 33;

    /// <summary>Dots between the outermost text and the figure's edge.</summary>
    public const float EdgeMargin = 14;

    /// <summary>Reference values and text.</summary>
    public static readonly Color Ink = Colors.Black;

    /// <summary>What is no gate, over an area.</summary>
    public static readonly Color Grey = Color.FromHex("#767676");

    private static readonly Series[] Palette =
    [
        new(Color.FromHex("#0072B2"), MarkerShape.FilledCircle),
        new(Color.FromHex("#E69F00"), MarkerShape.FilledTriangleUp),
        new(Color.FromHex("#009E73"), MarkerShape.FilledSquare),
        new(Color.FromHex("#D55E00"), MarkerShape.FilledDiamond),
        new(Color.FromHex("#CC79A7"), MarkerShape.FilledTriangleDown),
        new(Color.FromHex("#56B4E9"), MarkerShape.OpenCircle),
        new(Color.FromHex("#000000"), MarkerShape.OpenSquare),
        new(Color.FromHex("#F0E442"), MarkerShape.OpenTriangleUp),
    ];

    // Apart from those of gates: what the gates are compared with is drawn as lines.
    private static readonly Color[] s_baselines = [Color.FromHex("#7A4B2A"), Color.FromHex("#5B5B5B"), Color.FromHex("#6A3D9A"), Color.FromHex("#2F6B6B")];

    /// <summary>Colour of the k-th baseline, k from 0.</summary>
    public static Color OfBaseline(int k) => s_baselines[k % s_baselines.Length];

    /// <summary>Half as strong, for a second one of the same colour.</summary>
    public static Color Pale(Color color) => color.MixedWith(Colors.White, 0.55);

    /// <summary>Colour and marker of the k-th curve, k from 0; they come round again after eight.</summary>
    public static Series Of(int k) => Palette[k % Palette.Length];

    /// <summary>An empty plot in this style.</summary>
    public static Plot NewPlot(string title, string x, string y)
    {
        FigureFonts.Register();
        var plot = new Plot();
        plot.Font.Set(FigureFonts.Family);
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Title(title, Text);
        plot.Axes.Title.Label.Padding = 10;
        StyleAxis((ScottPlot.AxisPanels.AxisBase)plot.Axes.Bottom, x);
        StyleAxis((ScottPlot.AxisPanels.AxisBase)plot.Axes.Left, y);
        plot.Axes.Bottom.TickLabelStyle.OffsetY = 6;
        plot.Axes.Left.TickLabelStyle.OffsetY = 4;
        plot.Axes.Bottom.Label.OffsetY = 6;
        plot.Axes.Left.Label.OffsetX = -6;
        foreach (var frame in new IAxis[] { plot.Axes.Right, plot.Axes.Top })
            frame.FrameLineStyle.Width = 2;
        plot.Axes.Top.MinimumSize = 24;
        // Half of a number such as 1,000 below the right end of the axis.
        plot.Axes.Right.MinimumSize = 46;

        plot.Grid.MajorLineColor = Color.FromHex("#DDDDDD");
        plot.Grid.MajorLineWidth = 1.5f;
        plot.Legend.FontName = FigureFonts.Family;
        plot.Legend.FontSize = SmallText;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.SymbolWidth = 60;
        // Higher than a line of text, whose ascenders the legend would cut off otherwise.
        plot.Legend.SymbolHeight = 40;
        plot.Legend.SymbolPadding = 12;
        plot.Legend.InterItemPadding = new PixelPadding(14, 2);
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.Padding = new PixelPadding(10);
        plot.Legend.Margin = new PixelPadding(12);
        return plot;
    }

    /// <summary>A curve through points in order, with markers while they can be told apart.</summary>
    public static ScottPlot.Plottables.Scatter AddCurve(Plot plot, Series series, string legend, double[] x, double[] y)
    {
        var curve = plot.Add.Scatter(x, y);
        curve.Color = series.Color;
        curve.LineWidth = 4;
        curve.MarkerShape = series.Marker;
        curve.MarkerSize = x.Length > 40 ? 0 : 18;
        curve.MarkerLineWidth = 4;
        curve.LegendText = legend;
        return curve;
    }

    /// <summary>What lies between two curves, behind a curve of this colour.</summary>
    public static void AddBand(Plot plot, Series series, double[] x, double[] low, double[] high)
    {
        var band = plot.Add.FillY(x, low, high);
        band.FillColor = Pale(Pale(series.Color));
        band.LineWidth = 0;
        band.MarkerSize = 0;
    }

    /// <summary>Ticks of the horizontal axis at about ten whole numbers from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public static void SetWholeTicks(Plot plot, int first, int last)
    {
        var step = 1;
        foreach (var next in (ReadOnlySpan<int>)[2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000])
        {
            if ((last - first) / step > 10)
                step = next;
        }

        int[] ticks = [.. Enumerable.Range(first, last - first + 1).Where(value => value == first || value % step == 0)];
        plot.Axes.Bottom.SetTicks(
            [.. ticks.Select(tick => (double)tick)], [.. ticks.Select(tick => tick.ToString(CultureInfo.InvariantCulture))]);
    }

    private static void StyleAxis(ScottPlot.AxisPanels.AxisBase axis, string label)
    {
        axis.LabelText = label;
        axis.LabelFontSize = Text;
        axis.LabelBold = false;
        axis.TickLabelStyle.FontSize = SmallText;
        axis.PaddingOutsideAxisLabels = new PixelPadding(EdgeMargin);
        axis.FrameLineStyle.Width = 2;
        axis.MajorTickStyle.Length = 10;
        axis.MajorTickStyle.Width = 2;
        axis.MinorTickStyle.Length = 5;
        axis.MinorTickStyle.Width = 1;
        axis.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.6 };
    }
}

/// <summary>How one curve is told from another.</summary>
/// <param name="Color">Its colour.</param>
/// <param name="Marker">Its marker.</param>
internal readonly record struct Series(Color Color, MarkerShape Marker);
