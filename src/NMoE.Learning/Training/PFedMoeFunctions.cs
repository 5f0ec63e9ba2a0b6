using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>What mixes two extractors.</summary>
internal static class PFedMoe
{
    /// <summary>Prefix of F_k's parameters; G's is the extractor's.</summary>
    public const string Own = "own";

    /// <summary>Prefix of the gate's parameters.</summary>
    public const string Gate = "gate";

    /// <summary>h of some pictures, [B, D].</summary>
    /// <param name="p">G, F_k and the gate.</param>
    /// <param name="form">The model.</param>
    /// <param name="gate">The gate's layers.</param>
    /// <param name="pictures">[B, C, H, W].</param>
    /// <param name="pass">Whether it is trained.</param>
    public static Tensor Latents(FlatParameters p, PFedMoeForm form, Layers gate, Tensor pictures, Pass pass)
    {
        var (shared, own) = (Network.Extract(p, form.Model, pictures, pass), Network.Extract(p, form.Own, pictures, pass, Own));
        return Mix(Shares(p, form.Weights, gate, pictures, pass), shared, own);
    }

    /// <summary>a_g G(x) + (1 - a_g) F_k(x): exactly G(x) at 1, F_k(x) at 0, and both where they are equal.</summary>
    /// <param name="shares">a_g, [B, 1] or [1].</param>
    /// <param name="shared">G(x), [B, D].</param>
    /// <param name="own">F_k(x), [B, D].</param>
    public static Tensor Mix(Tensor shares, Tensor shared, Tensor own) => lerp(own, shared, shares);

    /// <summary>a_g of two scores each, [B, 1].</summary>
    public static Tensor Shares(Tensor scores) => nn.functional.softmax(scores, 1).narrow(1, 0, 1);

    private static Tensor Shares(FlatParameters p, PFedMoeWeights weights, Layers gate, Tensor pictures, Pass pass) => weights == PFedMoeWeights.Gate
        ? Shares(gate.Forward(new(p, Gate, pass), pictures))
        : Backend.Floats([weights switch { PFedMoeWeights.Shared => 1f, PFedMoeWeights.Half => 0.5f, _ => 0f }], 1);

    /// <summary>The layouts of G, F_k and the gate, in this order.</summary>
    public static (ImmutableArray<ParameterShape> Shared, ImmutableArray<ParameterShape> Own, ImmutableArray<ParameterShape> Gate) Layouts(PFedMoeForm form) =>
        (ParameterLayout.Of(form.Model, ModelPart.Extractor, 0), ParameterLayout.Of(form.Own, ModelPart.Extractor, 0), form.Gate().Parameters);
}

/// <summary>Runs <see cref="PFedMoeInitParameters"/>.</summary>
internal sealed class PFedMoeInitFunction : IJobFunction
{
    public string Kind => PFedMoeInitParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var (_, own, gate) = PFedMoe.Layouts(LearningJob.Parameters<PFedMoeInitParameters>(context.Job).Form);
        return Output.Of(InitFunction.File(own, context.Job.Seed), InitFunction.File(gate, unchecked(context.Job.Seed + 1)));
    }

    public JobForecast Forecast(Job job)
    {
        var (_, own, gate) = PFedMoe.Layouts(LearningJob.Parameters<PFedMoeInitParameters>(job).Form);
        return new(0, [BlobSizes.Part(own), BlobSizes.Part(gate)], [], []);
    }
}

/// <summary>Runs <see cref="PFedMoeParameters"/>.</summary>
internal sealed class PFedMoeFunction : IJobFunction
{
    public string Kind => PFedMoeParameters.Kind;

    public WorkKind Work => WorkKind.Training;

    public JobOutput Run(JobContext context)
    {
        var (local, form) = LearningJob.Parameters<PFedMoeParameters>(context.Job);
        var (gate, layouts) = (form.Gate(), PFedMoe.Layouts(form));
        using var scope = NewDisposeScope();
        using var model = new FlatParameters(
            (Network.F, layouts.Shared, context.Inputs[0]), (Network.H, ParameterLayout.Of(form.Model, ModelPart.Expert, 0), context.Inputs[1]),
            (PFedMoe.Own, layouts.Own, context.Inputs[2]), (PFedMoe.Gate, layouts.Gate, context.Inputs[3]));
        using var optimiser = new Sgd(model, local.LearningRate, local.Momentum, local.WeightDecay, local.Proximal);
        var (pictures, labels) = (new Pictures(TensorBlobs.Pictures(context.Inputs[4]), form.Model), TensorBlobs.Labels(context.Inputs[4]));
        var last = (Loss: 0.0, Accuracy: 0.0);
        for (var epoch = 0; epoch < local.Epochs; epoch++)
        {
            last = FedCeFunction.Steps(
                local, model, optimiser, pictures, labels, context.Job.Seed, (uint)epoch,
                batch => Network.Decide(model, form.Model, PFedMoe.Latents(model, form, gate, batch, Pass.Training)), context.Cancellation);
        }

        return Output.Of(model.File(Network.F), model.File(Network.H), model.File(PFedMoe.Own), model.File(PFedMoe.Gate)).With("loss", last.Loss).With("accuracy", last.Accuracy);
    }

    public JobForecast Forecast(Job job)
    {
        var (local, form) = LearningJob.Parameters<PFedMoeParameters>(job);
        return new(
            LearningCost.PFedMoe(form, BlobSizes.ShardRows(job.Inputs[4], form.Model.Shape), local.Epochs), [.. job.Inputs[..4].Select(input => input.Bytes)], [], ["accuracy", "loss"]);
    }
}

/// <summary>Runs <see cref="PFedMoeLatentsParameters"/>.</summary>
internal sealed class PFedMoeLatentsFunction : IJobFunction
{
    public string Kind => PFedMoeLatentsParameters.Kind;

    public WorkKind Work => WorkKind.Forward;

    public JobOutput Run(JobContext context)
    {
        var form = LearningJob.Parameters<PFedMoeLatentsParameters>(context.Job).Form;
        var (gate, layouts) = (form.Gate(), PFedMoe.Layouts(form));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters((Network.F, layouts.Shared, context.Inputs[0]), (PFedMoe.Own, layouts.Own, context.Inputs[1]), (PFedMoe.Gate, layouts.Gate, context.Inputs[2]));
        var latents = Forward.Latents(form.Model, context.Inputs[3], batch => PFedMoe.Latents(model, form, gate, batch, Pass.Evaluation), context.Cancellation);
        return Output.Of(TensorBlobs.File("latents", latents));
    }

    public JobForecast Forecast(Job job)
    {
        var form = LearningJob.Parameters<PFedMoeLatentsParameters>(job).Form;
        var rows = BlobSizes.ShardRows(job.Inputs[3], form.Model.Shape);
        return JobForecast.OneBlob(LearningCost.PFedMoeLatents(form, rows), BlobSizes.Table("latents", rows, form.Model.Latent));
    }
}
