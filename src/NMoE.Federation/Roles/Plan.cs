using NMoE.Federation.Settings;

namespace NMoE.Federation.Roles;

/// <summary>What roles derive from the settings alone. Who reads one of the four is given that one.</summary>
/// <param name="Settings">The experiment.</param>
/// <param name="Seeds">What its chance follows from.</param>
/// <param name="Deal">Who has which pictures.</param>
/// <param name="Model">What is trained.</param>
/// <param name="Pipeline">How, stage by stage.</param>
public sealed record Plan(ExperimentSettings Settings, Seeds Seeds, Deal Deal, Model Model, Pipeline Pipeline);
