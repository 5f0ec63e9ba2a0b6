using System.Collections.Immutable;
using System.Globalization;

namespace NMoE.Federation.Configuration;

/// <summary>A unit, and how many of the quantity's smallest it is.</summary>
internal sealed record Unit(string Name, decimal Factor);

/// <summary>A quantity: its units, the smallest first.</summary>
internal sealed record Quantity(ImmutableArray<Unit> Units)
{
    /// <summary>Whether a unit is one of its.</summary>
    public bool Has(string unit) => Units.Any(known => known.Name == unit);

    /// <summary>In microseconds.</summary>
    public static readonly Quantity Duration = new(
        [new("us", 1), new("ms", 1_000), new("s", 1_000_000), new("min", 60_000_000), new("h", 3_600_000_000), new("d", 86_400_000_000)]);

    /// <summary>In bit/s.</summary>
    public static readonly Quantity Bandwidth = new([new("bit/s", 1), new("kbit/s", 1e3m), new("Mbit/s", 1e6m), new("Gbit/s", 1e9m)]);

    /// <summary>In FLOP/s.</summary>
    public static readonly Quantity FlopRate = new(
        [new("FLOP/s", 1), new("kFLOP/s", 1e3m), new("MFLOP/s", 1e6m), new("GFLOP/s", 1e9m), new("TFLOP/s", 1e12m)]);

    /// <summary>In millimetres.</summary>
    public static readonly Quantity Distance = new([new("mm", 1), new("m", 1e3m), new("km", 1e6m)]);

    /// <summary>In mm/s.</summary>
    public static readonly Quantity Speed = new([new("mm/s", 1), new("m/s", 1e3m)]);

    /// <summary>In Hz.</summary>
    public static readonly Quantity Frequency = new([new("Hz", 1), new("kHz", 1e3m), new("MHz", 1e6m), new("GHz", 1e9m)]);

    /// <summary>In femtojoules.</summary>
    public static readonly Quantity Energy = new(
        [new("fJ", 1), new("pJ", 1e3m), new("nJ", 1e6m), new("uJ", 1e9m), new("mJ", 1e12m), new("J", 1e15m)]);

    /// <summary>In microwatts.</summary>
    public static readonly Quantity Power = new([new("uW", 1), new("mW", 1e3m), new("W", 1e6m), new("kW", 1e9m)]);

    /// <summary>In bytes.</summary>
    public static readonly Quantity Size = new(
    [
        new("B", 1), new("kB", 1e3m), new("KiB", 1L << 10), new("MB", 1e6m), new("MiB", 1L << 20),
        new("GB", 1e9m), new("GiB", 1L << 30), new("TB", 1e12m), new("TiB", 1L << 40),
    ]);
}

/// <summary>A number and a unit, which nobody may leave out: a bare 3 means milliseconds to one engine and nothing to a reader.</summary>
/// <param name="Quantity">The units.</param>
/// <param name="Least">The least legal value, as it would be written.</param>
/// <param name="Most">The greatest legal value, as it would be written.</param>
/// <param name="FromSmallest">The value of a number of the smallest unit.</param>
/// <param name="ToSmallest">The number of the smallest unit.</param>
internal sealed record MeasureFormat<T>(
    Quantity Quantity, string Least, string Most, Func<decimal, T> FromSmallest, Func<T, decimal> ToSmallest)
    : ScalarFormat<T>($"a number with its unit ({string.Join(", ", Quantity.Units.Select(unit => unit.Name))}) in {Least} .. {Most}")
{
    public override ImmutableArray<string> Units => [.. Quantity.Units.Select(unit => unit.Name)];

    public override string Write(T value)
    {
        var smallest = ToSmallest(value);
        var unit = Quantity.Units.Last(unit => unit.Factor == 1 || (smallest != 0 && smallest % unit.Factor == 0));
        return string.Create(CultureInfo.InvariantCulture, $"{smallest / unit.Factor:0} {unit.Name}");
    }

    protected override Reading<T> Read(string text)
    {
        var smallest = Measure(text);
        if (smallest.Problem is { } problem)
            return Reading<T>.Wrong(problem);
        if (smallest.Value < Measure(Least).Value || smallest.Value > Measure(Most).Value)
            return Reading<T>.Wrong($"{text} is out of range");
        return smallest.Value == decimal.Truncate(smallest.Value)
            ? Reading<T>.Of(FromSmallest(smallest.Value))
            : Reading<T>.Wrong($"{text} is finer than one {Quantity.Units[0].Name}");
    }

    private Reading<decimal> Measure(string text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var split = text.LastIndexOfAny([.. "0123456789."]) + 1;
        var (number, name) = (text[..split], text[split..].Trim());
        if (!decimal.TryParse(number, Style, CultureInfo.InvariantCulture, out var value))
            return Reading<decimal>.Wrong($"'{text}' does not start with a number");
        if (name.Length == 0)
            return Reading<decimal>.Wrong($"'{text}' has no unit");
        if (Quantity.Units.FirstOrDefault(unit => unit.Name == name) is not { } unit)
            return Reading<decimal>.Wrong($"'{name}' is not a unit here");
        return Math.Abs(value) > decimal.MaxValue / unit.Factor
            ? Reading<decimal>.Wrong($"{text} is out of range")
            : Reading<decimal>.Of(value * unit.Factor);
    }
}

/// <summary>A measure, or a word in its place, such as <c>unlimited</c>.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Unlimited">The value that the word stands for.</param>
/// <param name="Word">The word.</param>
internal sealed record UnlimitedFormat<T>(MeasureFormat<T> Measure, T Unlimited, string Word = "unlimited") : ScalarFormat<T>($"{Word}, or {Measure.Legal}")
{
    public override ImmutableArray<string> Units => Measure.Units;

    public override string Write(T value) => Equals(value, Unlimited) ? Word : Measure.Write(value);

    protected override Reading<T> Read(string text) => text == Word ? Reading<T>.Of(Unlimited) : Measure.Read(new RawValue.Scalar(text));
}

/// <summary>A value, or a word for what follows from the rest of the experiment; null.</summary>
/// <param name="Stated">The value.</param>
/// <param name="Word">The word, such as <c>forecast</c>.</param>
internal sealed record UnlessFormat<T>(Format<T> Stated, string Word) : ScalarFormat<T?>($"{Word}, or {Stated.Legal}")
    where T : struct
{
    public override ImmutableArray<string> Units => Stated.Units;

    public override string Write(T? value) => value is { } stated ? Stated.Write(stated) : Word;

    protected override Reading<T?> Read(string text)
    {
        if (text == Word)
            return Reading<T?>.Of(null);
        var reading = Stated.Read(new RawValue.Scalar(text));
        return reading.Problem is { } problem ? Reading<T?>.Wrong(problem) : Reading<T?>.Of(reading.Value);
    }
}

/// <summary>The measures that experiments use.</summary>
internal static class Measures
{
    public static MeasureFormat<TimeSpan> Duration(string least, string most) =>
        new(Quantity.Duration, least, most,
            value => TimeSpan.FromTicks((long)value * TimeSpan.TicksPerMicrosecond),
            value => value.Ticks / TimeSpan.TicksPerMicrosecond);

    public static MeasureFormat<double> Bandwidth(string least, string most) =>
        new(Quantity.Bandwidth, least, most, value => (double)value, value => (decimal)value);

    public static MeasureFormat<double> FlopRate(string least, string most) =>
        new(Quantity.FlopRate, least, most, value => (double)value, value => (decimal)value);

    /// <summary>In metres.</summary>
    public static MeasureFormat<double> Distance(string least, string most) => Thousandths(Quantity.Distance, least, most);

    /// <summary>In m/s.</summary>
    public static MeasureFormat<double> Speed(string least, string most) => Thousandths(Quantity.Speed, least, most);

    public static MeasureFormat<double> Frequency(string least, string most) =>
        new(Quantity.Frequency, least, most, value => (double)value, value => (decimal)value);

    /// <summary>In joules.</summary>
    public static MeasureFormat<double> Energy(string least, string most) =>
        new(Quantity.Energy, least, most, value => (double)(value / 1e15m), value => decimal.Round((decimal)value * 1e15m));

    /// <summary>In watts.</summary>
    public static MeasureFormat<double> Power(string least, string most) =>
        new(Quantity.Power, least, most, value => (double)(value / 1e6m), value => decimal.Round((decimal)value * 1e6m));

    public static MeasureFormat<long> Size(string least, string most) =>
        new(Quantity.Size, least, most, value => (long)value, value => value);

    private static MeasureFormat<double> Thousandths(Quantity quantity, string least, string most) =>
        new(quantity, least, most, value => (double)(value / 1000), value => decimal.Round((decimal)value * 1000));
}
