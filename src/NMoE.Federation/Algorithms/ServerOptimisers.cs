using System.Collections.Immutable;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Algorithms;

/// <summary>The server optimisers that there are: where a new one is registered.</summary>
internal static class ServerOptimisers
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<IServerOptimiser> All { get; } = [new FedAvg(), new FedProx(), new FedAvgM(), new Scaffold()];

    /// <summary>One by its name.</summary>
    /// <exception cref="ArgumentException">There is no such optimiser.</exception>
    public static IServerOptimiser Of(string name) => All.FirstOrDefault(optimiser => optimiser.Name == name)
        ?? throw new ArgumentException($"There is no server optimiser '{name}'; there are {string.Join(", ", All.Select(optimiser => optimiser.Name))}.", nameof(name));
}
