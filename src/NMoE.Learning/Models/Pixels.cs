namespace NMoE.Learning.Models;

/// <summary>Pixels as latents: an expert and a gate on them are regressions. D is the number of pixels, and there is nothing to learn.</summary>
public sealed class Pixels : IExtractor
{
    /// <summary>Its name.</summary>
    public const string ModelName = "linear";

    /// <inheritdoc/>
    public string Name => ModelName;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Flatten();
    }
}
