using System.Collections.Immutable;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;

namespace NMoE.Reporting.Sweeps;

/// <summary>The figures that a sweep asks for.</summary>
internal static class SweepFigures
{
    private const double MetresPerInch = 0.0254;

    /// <summary>Draws them in order; none where the sweep asks for none or nothing was run, and none that would show nothing.</summary>
    public static ImmutableArray<Figure> Draw(SweepResult result) => result.Plan.Figure is not { } figure ? [] : [.. figure.Drawings.SelectMany(drawing => Draw(result, figure, drawing)).Select(drawing => drawing.Render(Look(figure)))];

    private static FigureLook Look(SweepFigure figure) => FigureLook.Standard with
    {
        WidthInches = (figure.WidthMetres / MetresPerInch) ?? FigureLook.Standard.WidthInches,
        HeightInches = figure.HeightMetres / MetresPerInch,
        FontPoints = figure.FontPoints ?? FigureLook.Standard.FontPoints,
        Labels = figure.Labels,
    };

    private static IEnumerable<FigurePlan> Draw(SweepResult result, SweepFigure figure, SweepDrawing drawing) => drawing switch
    {
        SweepDrawing.Bytes => SweepLearning.AgainstBytes(result, figure),
        SweepDrawing.Time => SweepLearning.OverTime(result, figure),
        SweepDrawing.Degraded => Tests(result).Select(test => SweepAlongAxis.Degraded(result, figure, test)),
        _ => Tests(result).Select(test => SweepAlongAxis.Accuracy(result, figure, test)),
    };

    private static IEnumerable<string> Tests(SweepResult result) => result.Finished.SelectMany(item => item.Report.Passes.Select(pass => pass.Test)).Distinct();
}
