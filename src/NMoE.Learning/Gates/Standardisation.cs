using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>
/// The coordinates in which a gate is trained: latents less their mean over all clients, and over their deviation. A gate's first layer is linear, so that its scores are the same
/// in both coordinates: what travels, is averaged and serves is always the gate of the latents as they are.
/// </summary>
/// <param name="Shift">[D].</param>
/// <param name="Scale">[D], above 0.</param>
internal sealed record Standardisation(Tensor Shift, Tensor Scale)
{
    /// <summary>Name of the mean in a file of moments.</summary>
    public const string Mean = "mean";

    /// <summary>Name of the mean square.</summary>
    public const string Square = "square";

    // As in batch norm: a dimension that never changes is not blown up.
    private const double Epsilon = 1e-5;

    /// <summary>What a file of moments holds.</summary>
    public static TensorShape[] Shapes(int width) => [new(Mean, TensorType.F32, [width]), new(Square, TensorType.F32, [width])];

    /// <summary>The coordinates of a job; null for the latents' own.</summary>
    /// <param name="form">Which coordinates.</param>
    /// <param name="moments">The moments of all clients together, where those are needed.</param>
    public static Standardisation? Of(InputForm form, ReadOnlyMemory<byte> moments)
    {
        if (form == InputForm.Latent)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var mean = TensorBlobs.Floats(moments, Mean).to(float64);
        var variance = TensorBlobs.Floats(moments, Square).to(float64).Minus(mean * mean);
        var deviation = variance.AtLeast(0).PlusInPlace(Epsilon).sqrt();
        return new(
            mean.to(float32).MoveToOuterDisposeScope(),
            (form == InputForm.Normalised ? deviation : ones_like(deviation)).to(float32).MoveToOuterDisposeScope());
    }

    /// <summary>Latents in these coordinates, [B, D].</summary>
    public Tensor Apply(Tensor latents) => latents.Minus(Shift) / Scale;

    /// <summary>A gate of latents becomes the gate of these coordinates that gives the same scores: W s, b + W m.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="first">Weight and bias of its first layer.</param>
    public void Enter(FlatParameters gate, ReadOnlySpan<ParameterShape> first)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (weight, bias) = Parts(gate, first);
        bias.PlusInPlace(weight.mv(Shift));
        weight.mul_(Scale);
    }

    /// <summary>And back: W / s, b - (W / s) m.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="first">Weight and bias of its first layer.</param>
    public void Leave(FlatParameters gate, ReadOnlySpan<ParameterShape> first)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (weight, bias) = Parts(gate, first);
        weight.div_(Scale);
        bias.PlusInPlace(weight.mv(Shift).neg());
    }

    private static (Tensor Weight, Tensor Bias) Parts(FlatParameters gate, ReadOnlySpan<ParameterShape> first) => (gate[$"{Network.G}/{first[0].Name}"], gate[$"{Network.G}/{first[1].Name}"]);
}
