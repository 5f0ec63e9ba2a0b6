using System.Collections.Immutable;
using System.Reflection;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Configuration;

/// <summary>A member of a section: a key, or a section.</summary>
/// <param name="Property">The member.</param>
internal abstract record Member(PropertyInfo Property);

/// <summary>A key that experiments may set, as its member declares it.</summary>
/// <param name="Property">The member that holds its value.</param>
/// <param name="Path">With dots.</param>
/// <param name="Told">Its legal values and reason.</param>
/// <param name="Format">How its values are written.</param>
/// <param name="Default">Its value where nobody states one.</param>
/// <param name="When">When it is read; the first that does not hold is told.</param>
internal sealed record Key(PropertyInfo Property, string Path, KeyAttribute Told, Format Format, object? Default, ImmutableArray<string> When) : Member(Property)
{
    /// <summary>The gate that brings it; null for a key of every experiment.</summary>
    public string? Gate { get; init; }

    /// <summary>Whether it is a family: below it stands one key a round.</summary>
    public bool IsFamily => Format is ClientsFormat;

    /// <summary>Whether a value promises something.</summary>
    public bool Promises(string value) => Property.GetCustomAttribute<PromiseAttribute>() is { } promise && promise.Nothing != value;

    /// <summary>Its default as it is written.</summary>
    public string DefaultText => IsFamily ? "{}" : Format.WriteAny(Default);
}

/// <summary>Every key there is: all members of <see cref="ExperimentSettings"/> and of its sections that say so, and what gates bring.</summary>
internal static class Keys
{
    /// <summary>The keys of every experiment, as they follow each other in <c>hocon/reference.conf</c>.</summary>
    public static Section Root { get; } = Section.Of(typeof(ExperimentSettings), null, "", [], null);

    /// <summary>The keys that gates bring: those of <c>NAME</c> stand below <c>inference.NAME</c>, and are read where that gate serves.</summary>
    public static ImmutableArray<Section> OfGates { get; } =
    [
        .. from gate in Gates.All
           where gate.Settings is not null
           select Section.Of(gate.Settings!.GetType(), null, $"inference.{gate.Name}", [$"{gate.Name} in inference.gates"], gate.Name),
    ];

    /// <summary>All of them in ordinal order of their paths.</summary>
    public static ImmutableArray<Key> All { get; } = [.. OfGates.Prepend(Root).SelectMany(section => section.Keys).OrderBy(key => key.Path, StringComparer.Ordinal)];

    private static ImmutableSortedDictionary<string, Key> ByPath { get; } = All.ToImmutableSortedDictionary(key => key.Path, key => key, StringComparer.Ordinal);

    /// <summary>The key of a path; null where there is none.</summary>
    public static Key? Find(string path) => ByPath.GetValueOrDefault(path);
}
