using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>Local epochs of FedCE, Eq. (2): cross-entropy of H(F(x)) by SGD with momentum and weight decay.</summary>
internal sealed class FedCeFunction : IJobFunction
{
    public string Kind => FedCeParameters.Kind;

    public WorkKind Work => WorkKind.Training;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<FedCeParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var model = Model(settings.Model, context);
        using var optimiser = new Sgd(model, settings.LearningRate, settings.Momentum, settings.WeightDecay, settings.Proximal);
        var (loss, accuracy) = Epochs(settings, model, optimiser, context);
        return Output.Of(model.File(Network.F), model.File(Network.H)).With("loss", loss).With("accuracy", accuracy);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<FedCeParameters>(job);
        return new(
            LearningCost.FedCe(settings.Model, BlobSizes.ShardRows(job.Inputs[2], settings.Model.Shape), settings.Epochs),
            [job.Inputs[0].Bytes, job.Inputs[1].Bytes], [], ["accuracy", "loss"]);
    }

    /// <summary>F and the predictor of a job's first two inputs.</summary>
    internal static FlatParameters Model(ModelSpec model, JobContext context) => new(
        (Network.F, ParameterLayout.Of(model, ModelPart.Extractor, 0), context.Inputs[0]),
        (Network.H, ParameterLayout.Of(model, ModelPart.Expert, 0), context.Inputs[1]));

    /// <summary>All local epochs on a job's third input; gives mean loss and accuracy over the last one's batches.</summary>
    internal static (double Loss, double Accuracy) Epochs(FedCeParameters settings, FlatParameters model, Sgd optimiser, JobContext context)
    {
        var pictures = new Pictures(TensorBlobs.Pictures(context.Inputs[2]), settings.Model);
        var labels = TensorBlobs.Labels(context.Inputs[2]);
        var last = (Loss: 0.0, Accuracy: 0.0);
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            last = Epoch(settings, model, optimiser, pictures, labels, context.Job.Seed, (uint)epoch, context.Cancellation);
        }

        return last;
    }

    /// <summary>One epoch; gives mean loss and accuracy over its batches.</summary>
    internal static (double Loss, double Accuracy) Epoch(
        FedCeParameters settings, FlatParameters model, Sgd optimiser, Pictures pictures, long[] labels,
        ulong seed, uint epoch, CancellationToken cancellation)
    {
        if (Regression.Fits(settings.Model))
        {
            return new Regression(settings, model, optimiser).Epoch(pictures, labels, seed, epoch, cancellation);
        }

        return Steps(settings, model, optimiser, pictures, labels, seed, epoch, batch => Network.Decide(model, settings.Model, Network.Extract(model, settings.Model, batch, Pass.Training)), cancellation);
    }

    /// <summary>One epoch of a model, which gives logits for a batch of pictures.</summary>
    internal static (double Loss, double Accuracy) Steps(
        FedCeParameters settings, FlatParameters model, Sgd optimiser, Pictures pictures, long[] labels,
        ulong seed, uint epoch, Func<Tensor, Tensor> logits, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var order = new Draws(seed, (uint)DrawPurpose.Shuffle, epoch).Permutation(pictures.Count);
        var augment = new Draws(seed, (uint)DrawPurpose.Augment, epoch);
        double loss = 0, right = 0;
        for (var first = 0; first < order.Length; first += settings.Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var rows = order.AsSpan(first, Math.Min(settings.Batch, order.Length - first));
            var truth = Backend.Longs(Array.ConvertAll(rows.ToArray(), row => labels[row]));
            var said = logits(pictures.Augmented(rows, settings.Augmentation, augment));
            var mean = nn.functional.cross_entropy(said, truth);
            model.Backward(mean);
            optimiser.Step(settings.Clip);
            loss += mean.item<float>() * rows.Length;
            right += said.argmax(1).eq(truth).sum().item<long>();
        }

        return (loss / order.Length, right / order.Length);
    }
}
