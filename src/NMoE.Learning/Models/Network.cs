using static TorchSharp.torch;

namespace NMoE.Learning.Models;

/// <summary>The forward functions of the parts.</summary>
public static class Network
{
    /// <summary>Prefix of the extractor's parameters.</summary>
    public const string F = "F";

    /// <summary>Prefix of an expert's parameters.</summary>
    public const string H = "H";

    /// <summary>Prefix of the gate's parameters.</summary>
    public const string G = "G";

    /// <summary>Prefix of the projection head's parameters.</summary>
    public const string P = "P";

    /// <summary>The latents of pictures: [B, C, H, W] to [B, D]. Parameters and latents are float32; what lies between has the model's precision.</summary>
    public static Tensor Extract(FlatParameters p, ModelSpec model, Tensor pictures, Pass pass, string prefix = F)
    {
        ArgumentNullException.ThrowIfNull(model);
        var lowered = model.Precision == Precision.BFloat16;
        var latents = Parts.Of(model, ModelPart.Extractor, 0).Forward(new(p, prefix, pass), lowered ? pictures.to(ScalarType.BFloat16) : pictures);
        return lowered ? latents.to(float32) : latents;
    }

    /// <summary>An expert, H(h): [B, D] to logits [B, C].</summary>
    public static Tensor Decide(FlatParameters p, ModelSpec model, Tensor latents, string prefix = H) =>
        Parts.Of(model, ModelPart.Expert, 0).Forward(new(p, prefix, Pass.Training), latents);

    /// <summary>The gate's scores s = G(h): [B, D] to [B, n].</summary>
    public static Tensor Score(FlatParameters p, ModelSpec model, int experts, Tensor latents) => Parts.Of(model, ModelPart.Gate, experts).Forward(new(p, G, Pass.Training), latents);

    /// <summary>FedSC's projection head, before the cap: [B, D] to [B, d].</summary>
    public static Tensor Project(FlatParameters p, ModelSpec model, int dimension, Tensor latents) =>
        Parts.Of(model, ModelPart.Projection, dimension).Forward(new(p, P, Pass.Training), latents);

    /// <summary>A parameter in the type that a layer computes in.</summary>
    internal static Tensor In(this Tensor parameter, ScalarType type) => type == ScalarType.Float32 ? parameter : parameter.to(type);
}
