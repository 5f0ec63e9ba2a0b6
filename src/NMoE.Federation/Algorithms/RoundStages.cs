using System.Collections.Immutable;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Algorithms;

/// <summary>The stages that train in rounds: where a new one is registered.</summary>
internal static class RoundStages
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<IRoundStage> All { get; } = [new ExtractorRounds(), new FedGateRounds()];

    /// <summary>One by its name.</summary>
    public static IRoundStage Of(string stage) => All.First(rounds => rounds.Stage == stage);
}
