using NMoE.Compute.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.SelfSupervised;

/// <summary>What correlation matrices are of: projections z of latents, no longer than a cap.</summary>
internal static class Projections
{
    /// <summary>Name of a correlation matrix in its file.</summary>
    public const string Correlation = "correlation";

    /// <summary>F and the projection head of a job's first two inputs.</summary>
    public static FlatParameters Model(ModelSpec model, int dimension, JobContext context) => new(
        (Network.F, ParameterLayout.Of(model, ModelPart.Extractor, 0), context.Inputs[0]),
        (Network.P, ParameterLayout.Of(model, ModelPart.Projection, dimension), context.Inputs[1]));

    /// <summary>Rows with a squared norm of at most <paramref name="cap"/>: longer ones are scaled down, shorter ones left alone.</summary>
    /// <param name="projections">z, [B, d].</param>
    /// <param name="cap">mu.</param>
    public static Tensor Capped(Tensor projections, double cap)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cap);
        using var scope = NewDisposeScope();
        using TorchSharp.Scalar limit = cap;

        // min(1, sqrt(mu / |z|^2)) without a division by zero: a row shorter than the cap is divided by the cap itself.
        var scale = (projections * projections).sum(1, keepdim: true).clamp(min: limit).reciprocal().Times(cap).sqrt();
        return (projections * scale).MoveToOuterDisposeScope();
    }
}
