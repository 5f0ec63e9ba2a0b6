using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Fuzzing;

/// <summary>The algorithms that have settings of their own to draw, in the order in which they are drawn.</summary>
internal static class CaseSettings
{
    /// <summary>Of objectives.</summary>
    public static ImmutableArray<ICaseSettings> OfObjectives { get; } = [.. Objectives.All.OfType<ICaseSettings>()];

    /// <summary>Of rings.</summary>
    public static ImmutableArray<ICaseSettings> OfRings { get; } = [.. RingStages.All.OfType<ICaseSettings>()];

    /// <summary>All of them.</summary>
    public static ImmutableArray<ICaseSettings> All { get; } = [.. OfObjectives.Union(OfRings)];
}
