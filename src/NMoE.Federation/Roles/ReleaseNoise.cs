using NMoE.Learning.Jobs;

namespace NMoE.Federation.Roles;

/// <summary>The noise on a matrix that is released.</summary>
/// <param name="Sigma">Standard deviation of its elements.</param>
/// <param name="Scale">sigma / sensitivity.</param>
/// <param name="Delta">Of the whole run.</param>
/// <param name="Key">What the noise follows from, beside the matrix.</param>
public sealed record ReleaseNoise(double Sigma, double Scale, double Delta, NoiseKey Key);
