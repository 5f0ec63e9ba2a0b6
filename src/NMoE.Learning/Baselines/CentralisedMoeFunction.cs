using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Baselines;

/// <summary>Runs <see cref="CentralisedMoeParameters"/>.</summary>
internal sealed class CentralisedMoeFunction : IJobFunction
{
    private const int SharedInputs = 2;

    public string Kind => CentralisedMoeParameters.Kind;

    public WorkKind Work => WorkKind.Training;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<CentralisedMoeParameters>(context.Job);
        var local = settings.Local;
        using var scope = NewDisposeScope();
        using var model = Model(settings, context);
        using var optimiser = new Sgd(model, local.LearningRate, local.Momentum, local.WeightDecay, 0);
        var shards = context.Inputs[(SharedInputs + settings.Experts)..];
        var pictures = new Pictures(shards.SelectMany(shard => TensorBlobs.Pictures(shard).ToArray()).ToArray(), local.Model);
        long[] labels = [.. shards.SelectMany(TensorBlobs.Labels)];
        var last = (Loss: 0.0, Accuracy: 0.0, Balance: 0.0);
        for (uint epoch = 0; epoch < local.Epochs; epoch++)
        {
            last = Epoch(context, settings, model, optimiser, pictures, labels, epoch);
        }

        return Output.Of([model.File(Network.F), model.File(Network.G), .. Enumerable.Range(0, settings.Experts).Select(expert => model.File(Prefix(expert)))])
            .With("loss", last.Loss).With("accuracy", last.Accuracy).With("balance", last.Balance);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<CentralisedMoeParameters>(job);
        var models = SharedInputs + settings.Experts;
        var rows = job.Inputs[models..].Sum(shard => BlobSizes.ShardRows(shard, settings.Local.Model.Shape));
        return new(
            LearningCost.FedCe(settings.Local.Model, rows, settings.Local.Epochs)
                + LearningCost.Expert(settings.Local.Model, rows * (settings.Experts - 1), settings.Local.Epochs),
            [.. job.Inputs[..models].Select(input => input.Bytes)], [], ["accuracy", "balance", "loss"]);
    }

    private static FlatParameters Model(CentralisedMoeParameters settings, JobContext context)
    {
        var spec = settings.Local.Model;
        var expert = ParameterLayout.Of(spec, ModelPart.Expert, 0);
        return new FlatParameters(
        [
            (Network.F, ParameterLayout.Of(spec, ModelPart.Extractor, 0), context.Inputs[0]),
            (Network.G, ParameterLayout.Of(spec, ModelPart.Gate, settings.Experts), context.Inputs[1]),
            .. Enumerable.Range(0, settings.Experts).Select(number => (Prefix(number), expert, context.Inputs[SharedInputs + number])),
        ]);
    }

    private static string Prefix(int expert) => FormattableString.Invariant($"{Network.H}{expert}");

    private static (double Loss, double Accuracy, double Balance) Epoch(
        JobContext context, CentralisedMoeParameters settings, FlatParameters model, Sgd optimiser, Pictures pictures, long[] labels, uint epoch)
    {
        var local = settings.Local;
        var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Shuffle, epoch).Permutation(pictures.Count);
        var augment = new Draws(context.Job.Seed, (uint)DrawPurpose.Augment, epoch);
        var noise = new Draws(context.Job.Seed, (uint)DrawPurpose.Noise, epoch);
        double loss = 0, right = 0, balance = 0;
        for (var first = 0; first < order.Length; first += local.Batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var rows = order.AsSpan(first, Math.Min(local.Batch, order.Length - first));
            var truth = Backend.Longs(Array.ConvertAll(rows.ToArray(), row => labels[row]));
            var latents = Network.Extract(model, local.Model, pictures.Augmented(rows, local.Augmentation, augment), Pass.Training);
            var scores = Network.Score(model, local.Model, settings.Experts, latents).Plus(RouterScores.Drawn([rows.Length, settings.Experts], () => settings.Noise * noise.NextNormal()));
            var logits = stack(Enumerable.Range(0, settings.Experts).Select(expert => Network.Decide(model, local.Model, latents, Prefix(expert))).ToArray(), 1);
            var task = GateLoss.Switch(scores, logits, truth, settings.K);
            var even = GateLoss.Balance(scores.softmax(1), scores.argmax(1));
            model.Backward(task.Plus(even.Times(settings.Balance)));
            optimiser.Step(local.Clip);
            loss += task.item<float>() * rows.Length;
            balance += even.item<float>() * rows.Length;
            right += Best(scores, logits).eq(truth).sum().item<long>();
        }

        return (loss / order.Length, right / order.Length, balance / order.Length);
    }

    /// <summary>The class that the first expert of each row says.</summary>
    private static Tensor Best(Tensor scores, Tensor logits) =>
        logits.argmax(2).gather(1, scores.argmax(1).unsqueeze(1)).squeeze(1);
}
