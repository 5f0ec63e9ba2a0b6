using System.Collections.Immutable;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Gates;

/// <summary>The parameters of a gate in training, which may have some that serving does not read.</summary>
public static class GateLayout
{
    /// <summary>Name of W_noise.</summary>
    public const string Noise = "noise.weight";

    /// <summary>Name of the directions of random features.</summary>
    public const string HiddenWeight = "hidden.weight";

    /// <summary>Name of their offsets.</summary>
    public const string HiddenBias = "hidden.bias";

    /// <summary>A gate that serves: W_G and b, and where W_G sees K random features beside the latent, [n, D + K], those of the features, [K, D] and [K].</summary>
    /// <param name="model">Architecture.</param>
    /// <param name="experts">Number of experts n.</param>
    /// <param name="features">K; 0 for a linear gate.</param>
    public static ImmutableArray<ParameterShape> Served(ModelSpec model, int experts, int features)
    {
        ArgumentNullException.ThrowIfNull(model);
        return features == 0
            ? ParameterLayout.Of(model, ModelPart.Gate, experts)
            : [new("weight", [experts, model.Latent + features]), new("bias", [experts]), new(HiddenWeight, [features, model.Latent]), new(HiddenBias, [features])];
    }

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
