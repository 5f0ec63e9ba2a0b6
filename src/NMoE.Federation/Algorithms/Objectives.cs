using System.Collections.Immutable;
using NMoE.Federation.Algorithms.FedSc;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Algorithms;

/// <summary>The objectives that there are: where a new one is registered.</summary>
internal static class Objectives
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<IObjective> All { get; } = [new FedCeObjective(), new FedScObjective(), new CyclicTransfer(), new PFedMoeObjective()];

    /// <summary>One by its name.</summary>
    /// <exception cref="ArgumentException">There is no such objective.</exception>
    public static IObjective Of(string name) => All.FirstOrDefault(objective => objective.Name == name)
        ?? throw new ArgumentException($"There is no objective '{name}'; there are {string.Join(", ", All.Select(objective => objective.Name))}.", nameof(name));
}
