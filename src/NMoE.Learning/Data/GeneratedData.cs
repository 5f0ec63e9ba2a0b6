namespace NMoE.Learning.Data;

/// <summary>Drawn pictures that need no file: <see cref="GeneratedSource"/>.</summary>
public sealed class GeneratedData : IDataSet
{
    /// <summary>Its name in configurations.</summary>
    public const string DataName = "generated";

    /// <inheritdoc/>
    public string Name => DataName;

    /// <inheritdoc/>
    public int Classes => 10;

    /// <inheritdoc/>
    public ulong SeedOf(ulong experiment) => experiment;

    /// <inheritdoc/>
    public OpenData Open(string? folder, ulong seed) => new(new(Name, GeneratedSource.Version, seed), new GeneratedSource(seed));
}
