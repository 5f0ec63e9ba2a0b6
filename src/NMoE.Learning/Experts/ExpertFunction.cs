using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Experts;

/// <summary>Stage 2, Eq. (5): an expert on frozen latents, by Adam, stopped early on a hold-out and kept at its best epoch, or after all of them.</summary>
internal sealed class ExpertFunction : IJobFunction
{
    public string Kind => ExpertParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<ExpertParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var model = new FlatParameters((Network.H, ParameterLayout.Of(settings.Model, ModelPart.Expert, 0), context.Inputs[0]));
        using var optimiser = new Adam(model, settings.LearningRate);
        var latents = TensorBlobs.Floats(context.Inputs[1], "latents");
        var labels = Backend.Longs(TensorBlobs.Labels(context.Inputs[2]));
        var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Holdout, 0).Permutation((int)latents.shape[0]);
        var held = HeldOut.Count(settings.Holdout, order.Length);
        var train = order[held..];

        // Without a hold-out the training samples judge the epochs.
        var judges = Backend.Longs(Array.ConvertAll(held > 0 ? order[..held] : train, row => (long)row));
        var best = (Loss: double.PositiveInfinity, Accuracy: 0.0, Epoch: 0, Flat: model.Flat.clone());
        var epoch = 0;
        while (epoch < settings.Epochs && (settings.Patience == 0 || epoch - best.Epoch < settings.Patience))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            epoch++;
            Epoch(context.Job.Seed, settings, model, optimiser, latents, labels, train, (uint)epoch);
            var (loss, accuracy) = Judge(model, settings.Model, latents, labels, judges);
            if (loss < best.Loss || settings.Patience == 0)
            {
                best.Flat.copy_(model.Flat);
                best = (loss, accuracy, epoch, best.Flat);
            }
        }

        model.Flat.copy_(best.Flat);
        return Output.Of(model.File(Network.H)).With("loss", best.Loss).With("accuracy", best.Accuracy).With("epochs", epoch);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<ExpertParameters>(job);
        var rows = BlobSizes.TableRows(job.Inputs[1], "latents", settings.Model.Latent);
        return new(LearningCost.Expert(settings.Model, rows, settings.Epochs), [job.Inputs[0].Bytes], [], ["accuracy", "epochs", "loss"]);
    }

    private static void Epoch(
        ulong seed, ExpertParameters settings, FlatParameters model, Adam optimiser, Tensor latents, Tensor labels, int[] train, uint epoch)
    {
        var order = new Draws(seed, (uint)DrawPurpose.Shuffle, epoch).Permutation(train.Length);
        for (var first = 0; first < order.Length; first += settings.Batch)
        {
            using var step = NewDisposeScope();
            var rows = Backend.Longs(order.Skip(first).Take(settings.Batch).Select(i => (long)train[i]).ToArray());
            var loss = nn.functional.cross_entropy(Network.Decide(model, settings.Model, latents[rows]), labels[rows]);
            model.Backward(loss);
            optimiser.Step();
        }
    }

    private static (double Loss, double Accuracy) Judge(FlatParameters model, ModelSpec spec, Tensor latents, Tensor labels, Tensor rows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var logits = Network.Decide(model, spec, latents[rows]);
        var truth = labels[rows];
        return (nn.functional.cross_entropy(logits, truth).item<float>(), logits.argmax(1).eq(truth).sum().item<long>() / (double)rows.shape[0]);
    }
}
