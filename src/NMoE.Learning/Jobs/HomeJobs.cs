using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

/// <summary>What a client's own gate sees that mixes two predictors at home.</summary>
public enum HomeInput
{
    /// <summary>The latent F(x).</summary>
    Features,

    /// <summary>The picture x, made numbers as the extractor takes it.</summary>
    Picture,
}

/// <summary>A mixture of two at home (PFL-MoE; Guo et al., 2021): g H(h) + (1 - g) H_i(h) of logits, with g = sigmoid(w'u + b) a sample.</summary>
/// <param name="Model">The architecture with H, the predictor that all clients share.</param>
/// <param name="Own">The architecture with H_i, the client's own expert.</param>
/// <param name="Input">What u is.</param>
public sealed record HomeForm(ModelSpec Model, ModelSpec Own, HomeInput Input)
{
    /// <summary>The architecture whose gate of one output is g's: on pictures a latent is the pixels.</summary>
    public ModelSpec GateSpec() => Input == HomeInput.Features ? Model : Model with { Extractor = Pixels.ModelName };
}

/// <summary>
/// Fits a client's own gate to the rows that its expert held out, by Adam, with both predictors as they are. Inputs: H, H_i, latents of the training shard, training shard. Output 0: G, <c>weight</c> [1, D] and
/// <c>bias</c> [1]. Metrics, over those rows: <c>loss</c>, and <c>share</c>, the mean of g.
/// </summary>
/// <param name="Form">What is mixed.</param>
/// <param name="Holdout">The share that the expert held out, above 0.</param>
/// <param name="HoldoutSeed">The seed of the expert's job, which says which rows those are.</param>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="WeightDecay">L2 coefficient.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="Epochs">Epochs; the last one's gate is kept.</param>
public sealed record HomeGateParameters(HomeForm Form, double Holdout, ulong HoldoutSeed, double LearningRate, double WeightDecay, int Batch, int Epochs) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "home-gate";
}

/// <summary>The mixture's logits. Inputs: G, H, H_i, latents; and the shard where the gate sees pictures. Output 0: <c>logits</c> f32 [n, C].</summary>
/// <param name="Form">What is mixed.</param>
public sealed record HomeMixtureParameters(HomeForm Form) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "home-mixture";
}
