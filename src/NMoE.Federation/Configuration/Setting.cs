using System.Collections.Immutable;
using System.Globalization;

namespace NMoE.Federation.Configuration;

/// <summary>Where something was written.</summary>
/// <param name="File">The file as it was named, or <c>--set</c>.</param>
/// <param name="Line">Line from 1; 0 where there is none.</param>
/// <param name="Column">Column from 1; 0 where there is none.</param>
internal sealed record Origin(string File, int Line, int Column)
{
    public override string ToString() =>
        Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");
}

/// <summary>A value as it was written, before anyone knows what it should be.</summary>
internal abstract record RawValue
{
    /// <summary>A word, number, measure or quoted string.</summary>
    internal sealed record Scalar(string Text) : RawValue
    {
        public override string ToString() => $"'{Text}'";
    }

    /// <summary>A list of scalars.</summary>
    internal sealed record Items(ImmutableArray<string> Texts) : RawValue
    {
        public override string ToString() => $"[{string.Join(", ", Texts)}]";
    }

    /// <summary>Braces with nothing in them.</summary>
    internal sealed record EmptySection : RawValue
    {
        public override string ToString() => "{}";
    }
}

/// <summary>One setting: a path, the value given to it, and where.</summary>
internal sealed record Setting(ImmutableArray<string> Path, RawValue Value, Origin Origin)
{
    /// <summary>The path with dots; a part that has a dot of its own stands in quotes.</summary>
    public string Key => string.Join('.', Path.Select(part => part.Length > 0 && !part.Any(sign => sign is '.' or '"' or '\\' || char.IsControl(sign)) ? part : QuotedText.Of(part)));
}
