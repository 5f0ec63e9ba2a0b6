using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

/// <summary>What the two extractors of a client weigh in its latents.</summary>
public enum PFedMoeWeights
{
    /// <summary>What the client's own gate says of each picture.</summary>
    Gate,

    /// <summary>As much, always.</summary>
    Half,

    /// <summary>The own one alone: local training.</summary>
    Own,

    /// <summary>The shared one alone: FedPer.</summary>
    Shared,
}

/// <summary>
/// pFedMoE (Yi et al., 2024): h = a_g G(x) + a_l F_k(x), with (a_g, a_l) the softmax of a gate that sees the picture. G is shared; F_k, the predictor on h and the gate are the client's own.
/// </summary>
/// <param name="Model">The architecture with G and the predictor.</param>
/// <param name="Own">The architecture with F_k, which gives as many numbers as G.</param>
/// <param name="Hidden">Width of the gate's hidden layer.</param>
/// <param name="Weights">What a_g and a_l are.</param>
public sealed record PFedMoeForm(ModelSpec Model, ModelSpec Own, int Hidden, PFedMoeWeights Weights)
{
    /// <summary>The gate's layers: pixels, a hidden layer with a sigmoid, two scores.</summary>
    public Layers Gate()
    {
        var pixels = Layers.From("a gate", [Model.Shape.Channels, Model.Shape.Height, Model.Shape.Width], Precision.Float32);
        return pixels.Linear("0", Hidden, Start.Plain(pixels.Count)).Sigmoid().Linear("2", 2, Start.Plain(Hidden));
    }
}

/// <summary>Draws what a client keeps to itself beside its predictor. No inputs. Outputs: F_k, gate.</summary>
/// <param name="Form">The model.</param>
public sealed record PFedMoeInitParameters(PFedMoeForm Form) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "pfedmoe-init";
}

/// <summary>
/// One client's local epochs of one round: cross-entropy by one backward pass through G, the predictor, F_k and the gate together. Inputs: G, H_k, F_k, gate, training shard. Outputs: G, H_k, F_k, gate. Metrics as
/// <see cref="FedCeParameters"/> has.
/// </summary>
/// <param name="Local">As in FedCE.</param>
/// <param name="Form">The model.</param>
public sealed record PFedMoeParameters(FedCeParameters Local, PFedMoeForm Form) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "pfedmoe";
}

/// <summary>h of a whole shard, without augmentation. Inputs: G, F_k, gate, shard. Output 0: <c>latents</c> f32 [n, D].</summary>
/// <param name="Form">The model.</param>
public sealed record PFedMoeLatentsParameters(PFedMoeForm Form) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "pfedmoe-latents";
}
