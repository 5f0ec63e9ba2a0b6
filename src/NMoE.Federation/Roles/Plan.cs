using NMoE.Federation.Settings;
using NMoE.Federation.Topologies;

namespace NMoE.Federation.Roles;

/// <summary>What roles derive from the settings alone. Who reads one of the four is given that one.</summary>
/// <param name="Settings">The experiment.</param>
/// <param name="Seeds">What its chance follows from.</param>
/// <param name="Deal">Who has which pictures.</param>
/// <param name="Model">What is trained.</param>
/// <param name="Pipeline">How, stage by stage.</param>
public sealed record Plan(ExperimentSettings Settings, Seeds Seeds, Deal Deal, Model Model, Pipeline Pipeline)
{
    /// <summary>Whose experts clients may ask in serving, and to whom they hand a travelling gate.</summary>
    public required Topology Peers { get; init; }

    /// <summary>Whose experts they ask in stage 3: those, or some of them.</summary>
    public required Topology Asked { get; init; }

    /// <summary>Which clients are below which edge server.</summary>
    public Sites Sites { get; init; } = Sites.None;

    /// <summary>How much noise a client adds to what it releases: more where it has fewer pictures, of which each moves what it releases further; null for none.</summary>
    public ReleaseNoise? NoiseOf(int client) => Pipeline.Objective.Exchange?.Noise(Settings, Deal.Rows(client));
}
