using System.Collections.Immutable;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Algorithms;

/// <summary>The stages that train in rounds: where a new one is registered.</summary>
internal static class RoundStages
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<IRoundStage> All { get; } = [new ExtractorRounds(), new FedGateRounds()];

    /// <summary>One by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IRoundStage Of(string stage)
    {
        foreach (var rounds in All)
        {
            if (rounds.Stage == stage)
            {
                return rounds;
            }
        }

        throw new ArgumentException($"There is no stage in rounds '{stage}'.", nameof(stage));
    }
}
