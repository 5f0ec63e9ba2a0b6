using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace NMoE.Federation.Configuration;

/// <summary>A whole number, both ends of its range included.</summary>
internal sealed record WholeFormat<T>(T Least, T Most, T Step)
    : ScalarFormat<T>(string.Create(
        CultureInfo.InvariantCulture, $"a {(Step == T.One ? "whole number" : $"multiple of {Step}")} in {Least}..{Most}"))
    where T : struct, IBinaryInteger<T>
{
    public override string Write(T value) => value.ToString(null, CultureInfo.InvariantCulture);

    protected override Reading<T> Read(string text)
    {
        if (!T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return Reading<T>.Wrong(IsWhole(text) ? $"{text} is out of range" : $"'{text}' is not a whole number");
        if (value < Least || value > Most)
            return Reading<T>.Wrong($"{text} is out of range");
        return value % Step == T.Zero ? Reading<T>.Of(value) : Reading<T>.Wrong($"{text} is not a multiple of {Step}");
    }

    private static bool IsWhole(string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}

/// <summary>An end of a range of numbers.</summary>
/// <param name="Value">The number.</param>
/// <param name="Included">Whether it is legal itself.</param>
internal sealed record Bound(double Value, bool Included)
{
    public static Bound At(double value) => new(value, true);

    public static Bound Beyond(double value) => new(value, false);
}

/// <summary>A number with or without a fraction.</summary>
internal sealed record NumberFormat(Bound Least, Bound Most) : ScalarFormat<double>(Range(Least, Most))
{
    public override string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    protected override Reading<double> Read(string text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out var value) || double.IsNaN(value))
            return Reading<double>.Wrong($"'{text}' is not a number");
        var above = value > Least.Value || (Least.Included && value == Least.Value);
        var below = value < Most.Value || (Most.Included && value == Most.Value);
        // -0 would be a second spelling of 0.
        return above && below ? Reading<double>.Of(value == 0 ? 0 : value) : Reading<double>.Wrong($"{text} is out of range");
    }

    private static string Range(Bound least, Bound most) => string.Create(
        CultureInfo.InvariantCulture,
        $"a number in {(least.Included ? '[' : '(')}{least.Value}, {most.Value}{(most.Included ? ']' : ')')}");
}

/// <summary>A number of compute threads; <c>all</c> and 0 mean one a core of this machine.</summary>
internal sealed record ThreadsFormat() : ScalarFormat<int>("all, or a whole number in 0..1024 (0 means all)")
{
    private static readonly WholeFormat<int> Number = new(0, 1024, 1);

    public override string Write(int value) => value == 0 ? "all" : Number.Write(value);

    protected override Reading<int> Read(string text) => text == "all" ? Reading<int>.Of(0) : Number.Read(new RawValue.Scalar(text));
}

/// <summary>Shares in any unit; none at all means equal ones.</summary>
internal sealed record SharesFormat() : Format<ImmutableArray<double>>("a list of shares of at least 0, as in [3, 1, 1], or [] for equal ones")
{
    private static readonly NumberFormat Share = new(Bound.At(0), Bound.At(1e9));

    public override Reading<ImmutableArray<double>> Read(RawValue raw)
    {
        if (raw is not RawValue.Items items)
            return Reading<ImmutableArray<double>>.Wrong($"{raw} is not a list");
        var readings = items.Texts.Select(text => Share.Read(new RawValue.Scalar(text))).ToList();
        return readings.Find(reading => reading.Problem is not null).Problem is { } problem
            ? Reading<ImmutableArray<double>>.Wrong(problem)
            : Reading<ImmutableArray<double>>.Of([.. readings.Select(reading => reading.Value)]);
    }

    public override string Write(ImmutableArray<double> value) => $"[{string.Join(", ", value.Select(Share.Write))}]";
}

/// <summary>A list of numbers, each in a range, without repeats.</summary>
internal sealed record NumbersFormat(NumberFormat Item) : Format<ImmutableArray<double>>($"a list, each item {Item.Legal} and written once, or [] for none")
{
    public override Reading<ImmutableArray<double>> Read(RawValue raw)
    {
        if (raw is not RawValue.Items items)
            return Reading<ImmutableArray<double>>.Wrong($"{raw} is not a list");
        var read = ImmutableArray.CreateBuilder<double>();
        foreach (var text in items.Texts)
        {
            var reading = Item.Read(new RawValue.Scalar(text));
            if (reading.Problem is { } problem)
                return Reading<ImmutableArray<double>>.Wrong(problem);
            if (read.Contains(reading.Value))
                return Reading<ImmutableArray<double>>.Wrong($"{Item.Write(reading.Value)} is written twice");
            read.Add(reading.Value);
        }

        return Reading<ImmutableArray<double>>.Of(read.ToImmutable());
    }

    public override string Write(ImmutableArray<double> value) => $"[{string.Join(", ", value.Select(Item.Write))}]";
}
