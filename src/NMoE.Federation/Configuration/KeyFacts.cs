using System.Collections.Immutable;

namespace NMoE.Federation.Configuration;

/// <summary>What is told of a key, for those who write configurations and for their tools.</summary>
/// <param name="Path">With dots.</param>
/// <param name="Default">As it is written.</param>
/// <param name="Units">The units that a value is written with, or the one that its number is in; none for most.</param>
/// <param name="Legal">The legal values in words.</param>
/// <param name="Range">As in <c>(0, 1]</c>, <c>1..100</c> or <c>1 ms..10000 h</c>; empty where there is none.</param>
/// <param name="Names">The legal values one by one, where they are few and have names.</param>
/// <param name="Reason">What it is for.</param>
/// <param name="ReadWith">When it is read: where all of these hold; empty for always.</param>
/// <param name="Gate">The gate that brings it; null for a key of every experiment.</param>
public sealed record KeyFacts(
    string Path, string Default, ImmutableArray<string> Units, string Legal, string Range, ImmutableArray<string> Names, string Reason, ImmutableArray<string> ReadWith, string? Gate)
{
    internal static KeyFacts Of(Key key) => new(
        key.Path, key.DefaultText, key.Told.Unit is { } unit ? [unit] : key.Format.Units, key.Format.Legal, key.Told.Range, key.Format.Names,
        key.Told.Reason.ReplaceLineEndings(" "), key.When, key.Gate);
}
