namespace NMoE.Reporting.Figures;

/// <summary>A unit that brings the largest value of an axis between 1 and 1000.</summary>
/// <param name="Symbol">As printed after the quantity.</param>
/// <param name="Size">How many base units it holds.</param>
internal readonly record struct AxisUnit(string Symbol, double Size)
{
    private static readonly AxisUnit[] ByteUnits = [new("B", 1), new("kB", 1e3), new("MB", 1e6), new("GB", 1e9), new("TB", 1e12)];
    private static readonly AxisUnit[] TimeUnits = [new("ms", 1e-3), new("s", 1), new("min", 60), new("h", 3600), new("d", 86400)];

    /// <summary>Unit of bytes for values up to <paramref name="largest"/> bytes.</summary>
    public static AxisUnit OfBytes(double largest) => Fit(ByteUnits, largest, 1);

    /// <summary>Unit of time for values up to <paramref name="largest"/> seconds: three of a unit before it is used.</summary>
    public static AxisUnit OfSeconds(double largest) => Fit(TimeUnits, largest, 3);

    private static AxisUnit Fit(AxisUnit[] units, double largest, double least)
    {
        var fit = units[0];
        foreach (var unit in units)
        {
            if (largest >= least * unit.Size)
                fit = unit;
        }

        return fit;
    }
}
