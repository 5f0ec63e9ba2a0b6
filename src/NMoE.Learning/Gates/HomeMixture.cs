using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>Samples as the two predictors of a mixture at home see them.</summary>
/// <param name="Input">u, what the gate sees: [B, D], or pictures [B, C, H, W].</param>
/// <param name="Shared">H's logits, [B, C].</param>
/// <param name="Own">H_i's logits, [B, C].</param>
internal sealed record HomeMixture(Tensor Input, Tensor Shared, Tensor Own)
{
    private const string OwnPrefix = "own";

    /// <summary>Of some rows of a shard, in the caller's scope.</summary>
    /// <param name="form">What is mixed.</param>
    /// <param name="shared">H's file.</param>
    /// <param name="own">H_i's file.</param>
    /// <param name="latentsFile">The latents of the shard.</param>
    /// <param name="shard">The shard; read where the gate sees pictures.</param>
    /// <param name="rows">Which rows; null for all.</param>
    public static HomeMixture Of(HomeForm form, ReadOnlyMemory<byte> shared, ReadOnlyMemory<byte> own, ReadOnlyMemory<byte> latentsFile, ReadOnlyMemory<byte> shard, int[]? rows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var heads = new FlatParameters(
            (Network.H, ParameterLayout.Of(form.Model, ModelPart.Expert, 0), shared), (OwnPrefix, ParameterLayout.Of(form.Own, ModelPart.Expert, 0), own));
        var all = TensorBlobs.Floats(latentsFile, "latents");
        var latents = rows is null ? all : all[Backend.Longs(Array.ConvertAll(rows, row => (long)row))];
        var input = form.Input == HomeInput.Features ? latents : Seen(form.Model, shard, rows ?? [.. Enumerable.Range(0, (int)all.shape[0])]);
        return new(
            input.MoveToOuterDisposeScope(), Network.Decide(heads, form.Model, latents).MoveToOuterDisposeScope(), Network.Decide(heads, form.Own, latents, OwnPrefix).MoveToOuterDisposeScope());
    }

    /// <summary>Some of the samples.</summary>
    public HomeMixture At(Tensor rows) => new(Input[rows], Shared[rows], Own[rows]);

    /// <summary>g of each sample, [B, 1].</summary>
    public Tensor Shares(FlatParameters model, HomeForm form) => sigmoid(Network.Score(model, form.GateSpec(), 1, Input));

    /// <summary>The mixture's logits, [B, C].</summary>
    public Tensor Logits(FlatParameters model, HomeForm form) => Mix(Shares(model, form), Shared, Own);

    /// <summary>g z + (1 - g) z_i, exactly z at 1, z_i at 0, and both where they are equal.</summary>
    /// <param name="shares">g, [B, 1].</param>
    /// <param name="shared">z, [B, C].</param>
    /// <param name="own">z_i, [B, C].</param>
    public static Tensor Mix(Tensor shares, Tensor shared, Tensor own) => lerp(own, shared, shares);

    private static Tensor Seen(ModelSpec model, ReadOnlyMemory<byte> shard, int[] rows) => new Pictures(TensorBlobs.Pictures(shard), model).Batch(rows);
}

/// <summary>Runs <see cref="HomeMixtureParameters"/>.</summary>
internal sealed class HomeMixtureFunction : IJobFunction
{
    public string Kind => HomeMixtureParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var form = LearningJob.Parameters<HomeMixtureParameters>(context.Job).Form;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters((Network.G, ParameterLayout.Of(form.GateSpec(), ModelPart.Gate, 1), context.Inputs[0]));
        var samples = HomeMixture.Of(form, context.Inputs[1], context.Inputs[2], context.Inputs[3], context.Inputs.Length > 4 ? context.Inputs[4] : default, null);
        return Output.Of(TensorBlobs.File("logits", samples.Logits(model, form)));
    }

    public JobForecast Forecast(Job job)
    {
        var form = LearningJob.Parameters<HomeMixtureParameters>(job).Form;
        var rows = BlobSizes.TableRows(job.Inputs[3], "latents", form.Model.Latent);
        return JobForecast.OneBlob(LearningCost.HomeMixture(form, rows), BlobSizes.Table("logits", rows, form.Model.Classes));
    }
}
