using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>Turns a plot into a picture and vectors of the same size.</summary>
internal static class FigureRenderer
{
    /// <summary>Draws a plot.</summary>
    /// <param name="name">File name without extension.</param>
    /// <param name="caption">A sentence that says what is shown.</param>
    /// <param name="plot">The plot.</param>
    /// <param name="height">Height in dots; the width is a column's.</param>
    public static Figure Render(string name, string caption, Plot plot, int height = FigureStyle.Height)
    {
        var png = plot.GetImageBytes(FigureStyle.Width, height, ImageFormat.Png);
        var svg = plot.GetSvgXml(FigureStyle.Width, height);
        return new Figure(
            name, caption,
            PngResolution.Set(png, FigureStyle.DotsPerInch),
            SvgOutlines.Convert(svg, name, caption, FigureStyle.DotsPerInch));
    }
}
