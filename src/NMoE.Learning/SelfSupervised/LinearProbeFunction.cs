using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.SelfSupervised;

/// <summary>Runs <see cref="LinearProbeParameters"/>. The layer starts at zero: the problem is convex.</summary>
internal sealed class LinearProbeFunction : IJobFunction
{
    public string Kind => LinearProbeParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<LinearProbeParameters>(context.Job);
        using var scope = NewDisposeScope();
        var layout = ParameterLayout.Of(settings.Model, ModelPart.Gate, settings.Model.Classes);
        using var model = new FlatParameters((Network.G, layout, SafeTensors.Write(
            layout.Select(shape => new TensorBlob(shape.Name, TensorType.F32, shape.Shape, new byte[shape.Count * sizeof(float)])))));
        using var optimiser = new Adam(model, settings.LearningRate);
        var (latents, labels) = Samples(context, 0, settings.Clients);
        for (uint epoch = 0; epoch < settings.Epochs; epoch++)
        {
            Epoch(context, settings, model, optimiser, latents, labels, epoch);
        }

        using var quiet = no_grad();
        var (tested, truth) = Samples(context, settings.Clients, (context.Inputs.Length / 2) - settings.Clients);
        var logits = Network.Score(model, settings.Model, settings.Model.Classes, tested);
        return Output.Of()
            .With("accuracy", logits.argmax(1).eq(truth).sum().item<long>() / (double)truth.shape[0])
            .With("loss", nn.functional.cross_entropy(logits, truth).item<float>());
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<LinearProbeParameters>(job);
        var rows = Enumerable.Range(0, settings.Clients).Sum(client => BlobSizes.ShardRows(job.Inputs[(2 * client) + 1], settings.Model.Shape));
        return new(LearningCost.Gate(settings.Model, settings.Model.Classes, rows, settings.Epochs), [], [], ["accuracy", "loss"]);
    }

    private static void Epoch(
        JobContext context, LinearProbeParameters settings, FlatParameters model, Adam optimiser, Tensor latents, Tensor labels, uint epoch)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Shuffle, epoch).Permutation((int)labels.shape[0]);
        foreach (var chosen in order.Chunk(settings.Batch))
        {
            using var step = NewDisposeScope();
            var rows = Backend.Longs(Array.ConvertAll(chosen, row => (long)row));
            var loss = nn.functional.cross_entropy(Network.Score(model, settings.Model, settings.Model.Classes, latents[rows]), labels[rows]);
            model.Backward(loss);
            optimiser.Step();
        }
    }

    private static (Tensor Latents, Tensor Labels) Samples(JobContext context, int first, int clients)
    {
        var all = Enumerable.Range(first, clients).ToArray();
        return (
            cat([.. all.Select(client => TensorBlobs.Floats(context.Inputs[2 * client], "latents"))]),
            Backend.Longs([.. all.SelectMany(client => TensorBlobs.Labels(context.Inputs[(2 * client) + 1]))]));
    }
}
