using NMoE.Compute.Blobs;
using NMoE.Federation.Roles;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Quantisation;

namespace NMoE.Federation.Client;

/// <summary>How latents travel between clients: as they are, or quantised by the sender and dequantised by the receiver.</summary>
internal sealed class LatentTravel(LatentPrecision precision, ModelSpec model)
{
    /// <summary>Whether they travel as they are, without a job at either end.</summary>
    public bool IsExact => precision == LatentPrecision.Fp32;

    /// <summary>Bytes of a row that travels.</summary>
    public int RowBytes => QuantisedLatents.RowBytes(precision, model.Latent);

    /// <summary>The sender's job.</summary>
    /// <param name="tag">What the result comes back under.</param>
    /// <param name="latents">Latents.</param>
    /// <param name="rows">Rows that will travel.</param>
    public Roles.Compute Pack(JobTag tag, BlobRef latents, int rows) =>
        new(tag, LearningJob.Create(new QuantiseParameters(model, precision), 0, latents), LearningCost.Requantise(model, rows));

    /// <summary>The receiver's job.</summary>
    /// <param name="tag">What the result comes back under.</param>
    /// <param name="packed">What travelled.</param>
    /// <param name="rows">Rows of it that did.</param>
    public Roles.Compute Unpack(JobTag tag, BlobRef packed, int rows) =>
        new(tag, LearningJob.Create(new DequantiseParameters(model, precision), 0, packed), LearningCost.Requantise(model, rows));
}
