using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>A figure before it is given a size.</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Caption">A sentence that says what is shown.</param>
/// <param name="Plot">The plot, laid out for a column of a paper.</param>
/// <param name="Height">Height in dots at a column's width.</param>
internal sealed record FigurePlan(string Name, string Caption, Plot Plot, int Height = FigureStyle.Height)
{
    /// <summary>The picture, and the same as vectors twice.</summary>
    /// <param name="look">Its size, type and labels.</param>
    public Figure Render(FigureLook look)
    {
        look.Relabel(Plot);
        Plot.ScaleFactor = look.FontPoints / FigureLook.Standard.FontPoints;
        var width = Dots(look.WidthInches);
        var height = look.HeightInches is { } given ? Dots(given) : Whole(Height * look.WidthInches / FigureLook.Standard.WidthInches);
        var png = Plot.GetImageBytes(width, height, ImageFormat.Png);
        var svg = SvgOutlines.Convert(Plot.GetSvgXml(width, height), Name, Caption, FigureStyle.DotsPerInch);
        return new Figure(Name, Caption, PngResolution.Set(png, FigureStyle.DotsPerInch), svg, OutlinePdf.Convert(svg, Name, FigureStyle.DotsPerInch));
    }

    private static int Dots(double inches) => Whole(inches * FigureStyle.DotsPerInch);

    private static int Whole(double dots) => (int)Math.Round(dots, MidpointRounding.AwayFromZero);
}
