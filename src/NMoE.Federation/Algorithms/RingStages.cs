using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Algorithms;

/// <summary>The stages whose model goes around a ring: where a new one is registered.</summary>
internal static class RingStages
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<IRingStage> All { get; } = [.. Objectives.All.OfType<IRingStage>(), new RollGateRing()];

    /// <summary>Those of an experiment.</summary>
    public static ImmutableArray<IRingStage> Of(ExperimentSettings settings) => [.. All.Where(ring => ring.IsOf(settings))];
}
