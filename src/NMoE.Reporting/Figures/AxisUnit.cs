using System.Collections.Immutable;

namespace NMoE.Reporting.Figures;

/// <summary>A unit that brings the largest value of an axis between 1 and 1000.</summary>
/// <param name="Symbol">As printed after the quantity.</param>
/// <param name="Size">How many base units it holds.</param>
internal readonly record struct AxisUnit(string Symbol, double Size)
{
    private static readonly AxisUnit[] ByteUnits = [new("B", 1), new("kB", 1e3), new("MB", 1e6), new("GB", 1e9), new("TB", 1e12)];
    private static readonly AxisUnit[] RateUnits = [new("bit/s", 1), new("kbit/s", 1e3), new("Mbit/s", 1e6), new("Gbit/s", 1e9), new("Tbit/s", 1e12)];
    private static readonly AxisUnit[] EnergyUnits = [new("mJ", 1e-3), new("J", 1), new("kJ", 1e3), new("MJ", 1e6), new("GJ", 1e9)];
    private static readonly AxisUnit[] TimeUnits = [new("ms", 1e-3), new("s", 1), new("min", 60), new("h", 3600), new("d", 86400)];

    /// <summary>Round times that follow each other at about equal distances on a logarithmic axis, with their size in seconds.</summary>
    public static ImmutableArray<AxisUnit> TimeMarks { get; } =
    [
        new("1 ms", 1e-3), new("10 ms", 1e-2), new("0.1 s", 0.1), new("1 s", 1), new("10 s", 10), new("1 min", 60), new("10 min", 600), new("1 h", 3600),
        new("10 h", 36e3), new("4 d", 4 * 86400), new("40 d", 40 * 86400), new("1 y", 365 * 86400), new("10 y", 3650.0 * 86400),
    ];

    /// <summary>Powers of ten bytes.</summary>
    public static ImmutableArray<AxisUnit> ByteMarks { get; } =
        [.. ByteUnits.SelectMany(unit => new[] { 1, 10, 100 }.Select(times => new AxisUnit(FormattableString.Invariant($"{times} {unit.Symbol}"), times * unit.Size)))];

    /// <summary>Unit of bytes for values up to <paramref name="largest"/> bytes.</summary>
    public static AxisUnit OfBytes(double largest) => Fit(ByteUnits, largest, 1);

    /// <summary>Unit of rates for values up to <paramref name="largest"/> bit/s.</summary>
    public static AxisUnit OfBitRates(double largest) => Fit(RateUnits, largest, 1);

    /// <summary>Unit of energy for values up to <paramref name="largest"/> joules.</summary>
    public static AxisUnit OfJoules(double largest) => Fit(EnergyUnits, largest, 1);

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
