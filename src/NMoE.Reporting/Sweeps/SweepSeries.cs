using System.Collections.Immutable;
using NMoE.Reporting.Figures;
using ScottPlot;

namespace NMoE.Reporting.Sweeps;

/// <summary>What a gate reached along an axis, at one place on the others.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Others">The labels on the other axes, joined; empty where there are none.</param>
/// <param name="Points">A point for each label.</param>
internal sealed record SweepCurve(string Name, string Gate, string Others, ImmutableArray<(string Label, SweepCell Cell)> Points);

/// <summary>How one of a sweep's curves is told from another: a gate by its own colour, its place on the other axes by pattern, marker and strength; of one gate alone, places by colour.</summary>
/// <param name="Color">Its colour.</param>
/// <param name="Marker">Its marker.</param>
/// <param name="Pattern">Its line.</param>
internal readonly record struct SweepSeries(Color Color, MarkerShape Marker, LinePattern Pattern)
{
    private static readonly LinePattern[] s_patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted, LinePattern.DenselyDashed];

    /// <summary>That of one of several.</summary>
    public static SweepSeries Of(ImmutableArray<SweepCurve> curves, int number)
    {
        var (gate, others) = (Names.SeriesOfGate(curves[number].Gate), curves.Select(curve => curve.Others).Distinct().ToArray());
        var place = Array.IndexOf(others, curves[number].Others);
        if (others.Length == 1)
            return new(gate.Color, gate.Marker, LinePattern.Solid);
        if (curves.All(curve => curve.Gate == curves[number].Gate))
            return new(FigureStyle.Of(place).Color, FigureStyle.Of(place).Marker, LinePattern.Solid);
        var color = Enumerable.Range(0, place).Aggregate(gate.Color, (strong, _) => FigureStyle.Pale(strong));
        return new(color, FigureStyle.Of(place).Marker, s_patterns[place % s_patterns.Length]);
    }
}
