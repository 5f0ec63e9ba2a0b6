using System.Collections.Immutable;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Models;

/// <summary>The parameters of a gate in training, which may have some that serving does not read.</summary>
public static class GateLayout
{
    /// <summary>Name of W_noise.</summary>
    public const string Noise = "noise.weight";

    /// <summary>W_G and b; with Shazeer's noise W_noise, [n, D], too.</summary>
    /// <param name="model">Architecture.</param>
    /// <param name="experts">Number of experts n.</param>
    /// <param name="noise">How scores are disturbed.</param>
    public static ImmutableArray<ParameterShape> Of(ModelSpec model, int experts, RouterNoise noise)
    {
        ArgumentNullException.ThrowIfNull(model);
        var gate = ParameterLayout.Of(model, ModelPart.Gate, experts);
        return noise == RouterNoise.Shazeer ? gate.Add(new(Noise, [experts, model.Latent])) : gate;
    }
}
