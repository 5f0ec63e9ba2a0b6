using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.SelfSupervised;

/// <summary>Runs <see cref="FedScParameters"/>.</summary>
internal sealed class FedScFunction : IJobFunction
{
    private const int FixedInputs = 3;

    public string Kind => FedScParameters.Kind;

    public WorkKind Work => WorkKind.Training;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<FedScParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var model = Projections.Model(settings.Model, settings.Dimension, context);
        using var optimiser = new Sgd(model, settings.LearningRate, settings.Momentum, settings.WeightDecay, settings.Proximal);
        var views = new Views(TensorBlobs.Pictures(context.Inputs[2]), settings.Model);
        var external = context.Inputs.Length > FixedInputs
            ? TensorBlobs.Floats(context.Inputs[FixedInputs], Projections.Correlation).Times(settings.ExternalScale)
            : zeros(settings.Dimension, settings.Dimension);
        var loss = 0.0;
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            loss = Epoch(context, settings, model, optimiser, views, external, (uint)epoch);
        }

        return Output.Of(model.File(Network.F), model.File(Network.P)).With("loss", loss);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<FedScParameters>(job);
        return new(
            LearningCost.SelfSupervised(settings.Model, settings.Dimension, BlobSizes.ShardRows(job.Inputs[2], settings.Model.Shape), settings.Epochs),
            [job.Inputs[0].Bytes, job.Inputs[1].Bytes], [], ["loss"]);
    }

    private static double Epoch(
        JobContext context, FedScParameters settings, FlatParameters model, Sgd optimiser, Views views, Tensor external, uint epoch)
    {
        var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Shuffle, epoch).Permutation(views.Count);
        var first = new Draws(context.Job.Seed, (uint)DrawPurpose.FirstView, epoch);
        var second = new Draws(context.Job.Seed, (uint)DrawPurpose.SecondView, epoch);
        double sum = 0;
        for (var start = 0; start < order.Length; start += settings.Batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var rows = order.AsSpan(start, Math.Min(settings.Batch, order.Length - start));
            var loss = FedScLoss.Local(
                Capped(model, settings, views.Batch(rows, first)), Capped(model, settings, views.Batch(rows, second)),
                settings.SelfWeight, external);
            optimiser.ZeroGradient();
            loss.backward();
            optimiser.PullBack();
            model.ScaleGradient(GradientRule.Clip, settings.Clip);
            optimiser.Step();
            sum += loss.item<float>() * rows.Length;
        }

        return sum / order.Length;
    }

    private static Tensor Capped(FlatParameters model, FedScParameters settings, Tensor pictures) =>
        Projections.Capped(Network.Project(model, settings.Model, settings.Dimension, Network.Extract(model, settings.Model, pictures, Pass.Training)), settings.Cap);
}
