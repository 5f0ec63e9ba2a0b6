using NMoE.Federation.Configuration;

namespace NMoE.Federation.Sweeps;

/// <summary>What sizes of figures can be.</summary>
internal static class FigureKeys
{
    /// <summary>Width and height, in metres.</summary>
    public static MeasureFormat<double> Size { get; } = Measures.Distance("30 mm", "600 mm");

    /// <summary>Type, in points.</summary>
    public static NumberFormat Points { get; } = new(Bound.At(4), Bound.At(24));
}
