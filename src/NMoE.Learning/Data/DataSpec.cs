namespace NMoE.Learning.Data;

/// <summary>Where pictures come from.</summary>
/// <param name="Name">The name of a data set in <see cref="DataSources"/>.</param>
/// <param name="ContentHash">SHA-256 over the files of a data set on disk; of a generated one, its generator's name and version.</param>
/// <param name="Seed">Seed of a generated data set; 0 for one on disk.</param>
public sealed record DataSpec(string Name, string ContentHash, ulong Seed);
