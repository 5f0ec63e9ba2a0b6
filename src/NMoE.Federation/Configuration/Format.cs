using System.Collections.Immutable;
using System.Globalization;

namespace NMoE.Federation.Configuration;

/// <summary>A value, or what is wrong with the text that should have been one.</summary>
internal readonly record struct Reading<T>(T? Value, string? Problem)
{
    public static Reading<T> Of(T value) => new(value, null);

    public static Reading<T> Wrong(string problem) => new(default, problem);
}

/// <summary>How the values of one key are written, whatever their type.</summary>
/// <param name="Legal">The legal values in words, to follow "Write".</param>
internal abstract record Format(string Legal)
{
    /// <summary>The units that a value is written in; none for most.</summary>
    public virtual ImmutableArray<string> Units => [];

    /// <summary>The legal values one by one, where they are few and have names.</summary>
    public virtual ImmutableArray<string> Names => [];

    /// <summary>Reads a value.</summary>
    public abstract Reading<object> ReadAny(RawValue raw);

    /// <summary>Writes a value.</summary>
    public abstract string WriteAny(object? value);
}

/// <summary>How the values of one key are written.</summary>
/// <param name="Legal">The legal values in words, to follow "Write".</param>
internal abstract record Format<T>(string Legal) : Format(Legal)
{
    public sealed override Reading<object> ReadAny(RawValue raw)
    {
        var reading = Read(raw);
        return new(reading.Value, reading.Problem);
    }

    public sealed override string WriteAny(object? value) => Write((T)value!);

    /// <summary>Reads a value.</summary>
    public abstract Reading<T> Read(RawValue raw);

    /// <summary>The one spelling that all spellings of a value share: the hash is taken over it, and it reads back as the same value.</summary>
    public abstract string Write(T value);

    /// <summary>A string in quotes.</summary>
    protected static string Quote(string text) => QuotedText.Of(text);
}

/// <summary>A format of values without brackets.</summary>
internal abstract record ScalarFormat<T>(string Legal) : Format<T>(Legal)
{
    public sealed override Reading<T> Read(RawValue raw) =>
        raw is RawValue.Scalar scalar ? Read(scalar.Text) : Reading<T>.Wrong($"{raw} is not a single value");

    protected abstract Reading<T> Read(string text);
}

/// <summary>One of a few names.</summary>
internal sealed record ChoiceFormat<T>(ImmutableArray<(string Name, T Value)> Choices)
    : ScalarFormat<T>(string.Join(" or ", Choices.Select(choice => choice.Name)))
{
    public override ImmutableArray<string> Names => [.. Choices.Select(choice => choice.Name)];

    public override string Write(T value) => Choices.First(choice => Equals(choice.Value, value)).Name;

    protected override Reading<T> Read(string text)
    {
        foreach (var (name, value) in Choices)
        {
            if (name == text)
                return Reading<T>.Of(value);
        }

        return Reading<T>.Wrong($"'{text}' is not known");
    }
}

/// <summary>A registered model, or an MLP by the widths of its layers.</summary>
/// <param name="Registered">The names of models.</param>
/// <param name="IsWidths">Whether a name tells the widths of one that is not.</param>
/// <param name="Also">What else than an MLP that can be.</param>
internal sealed record ModelFormat(ImmutableArray<string> Registered, Func<string, bool> IsWidths, string Also = "")
    : ScalarFormat<string>($"{string.Join(" or ", Registered)}, or mlp with 1 to 8 widths of 1 to 9999, as mlp-200-100{Also}")
{
    public override ImmutableArray<string> Names => Registered;

    public override string Write(string value) => value;

    protected override Reading<string> Read(string text) =>
        Registered.Contains(text) || IsWidths(text) ? Reading<string>.Of(text) : Reading<string>.Wrong($"'{text}' is not known");
}

/// <summary>Some of a few names, in an order that counts, none twice.</summary>
/// <param name="Item">The names.</param>
/// <param name="Least">Fewest names: 1, or 0 where the list may be empty.</param>
internal sealed record ChoiceListFormat<T>(ChoiceFormat<T> Item, int Least = 1) : Format<ImmutableArray<T>>($"a list of {Item.Legal}, each at most once")
{
    public override ImmutableArray<string> Names => Item.Names;

    public override Reading<ImmutableArray<T>> Read(RawValue raw)
    {
        if (raw is not RawValue.Items items)
            return Reading<ImmutableArray<T>>.Wrong($"{raw} is not a list");
        var readings = items.Texts.Select(text => Item.Read(new RawValue.Scalar(text))).ToList();
        if (readings.Find(reading => reading.Problem is not null).Problem is { } problem)
            return Reading<ImmutableArray<T>>.Wrong(problem);
        if (readings.Count < Least)
            return Reading<ImmutableArray<T>>.Wrong("the list is empty");
        return readings.Distinct().Count() < readings.Count
            ? Reading<ImmutableArray<T>>.Wrong($"{raw} names one twice")
            : Reading<ImmutableArray<T>>.Of([.. readings.Select(reading => reading.Value!)]);
    }

    public override string Write(ImmutableArray<T> value) => $"[{string.Join(", ", value.Select(Item.Write))}]";
}

/// <summary>Client numbers from 0.</summary>
internal sealed record ClientsFormat() : Format<ImmutableSortedSet<int>>("a list of client numbers from 0, as in [3, 7]")
{
    public override Reading<ImmutableSortedSet<int>> Read(RawValue raw)
    {
        if (raw is not RawValue.Items items)
            return Reading<ImmutableSortedSet<int>>.Wrong($"{raw} is not a list");
        var clients = ImmutableSortedSet.CreateBuilder<int>();
        foreach (var text in items.Texts)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var client))
                return Reading<ImmutableSortedSet<int>>.Wrong($"'{text}' is not a client number");
            clients.Add(client);
        }

        return Reading<ImmutableSortedSet<int>>.Of(clients.ToImmutable());
    }

    public override string Write(ImmutableSortedSet<int> value) => $"[{string.Join(", ", value)}]";
}

/// <summary>Text of one line that also may be empty: a path.</summary>
/// <param name="Empty">What the empty text stands for.</param>
internal sealed record PathFormat(string Empty) : ScalarFormat<string>($"a path, or \"\" for {Empty}")
{
    public override string Write(string value) => Quote(value);

    protected override Reading<string> Read(string text) =>
        text.Any(char.IsControl) ? Reading<string>.Wrong("a path holds control characters")
        : HomePath.Problem(text) is { } problem ? Reading<string>.Wrong(problem)
        : Reading<string>.Of(text);
}

/// <summary>A name that can be part of a folder's.</summary>
internal sealed record NameFormat() : ScalarFormat<string>("1 to 64 letters, digits, '-' and '_'")
{
    /// <summary>Most signs of a name.</summary>
    public const int Longest = 64;

    public override string Write(string value) => value;

    protected override Reading<string> Read(string text) =>
        text.Length is >= 1 and <= Longest && text.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_')
            ? Reading<string>.Of(text)
            : Reading<string>.Wrong($"'{text}' is not a name");
}
