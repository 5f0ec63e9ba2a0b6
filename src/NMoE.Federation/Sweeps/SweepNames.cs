using System.Collections.Immutable;
using NMoE.Federation.Configuration;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;

namespace NMoE.Federation.Sweeps;

/// <summary>The names by which a sweep file may call what answered.</summary>
public static class SweepNames
{
    /// <summary>Gates, references and baselines.</summary>
    public static ImmutableArray<string> Answerers { get; } =
    [
        .. Gates.All.Select(gate => gate.Name), References.GlobalGate.Name,
        References.GatelessReferences.BestExpert, References.GatelessReferences.Specialist, References.GatelessReferences.Oracle, .. BaselineNames.All.Select(baseline => baseline.Name),
    ];

    /// <summary>What would be right in place of an unknown name.</summary>
    public static string Remedy(string name, IEnumerable<string> known) => NearestKey.Of(name, known) is { } nearest
        ? $"Did you mean {nearest}?"
        : $"Write one of {string.Join(", ", known)}";
}
