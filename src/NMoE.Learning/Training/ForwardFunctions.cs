using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>F(x) of a shard.</summary>
internal sealed class LatentsFunction : IJobFunction
{
    public string Kind => LatentsParameters.Kind;

    public WorkKind Work => WorkKind.Forward;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<LatentsParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters((Network.F, ParameterLayout.Of(settings.Model, ModelPart.Extractor, 0), context.Inputs[0]));
        return Output.Of(TensorBlobs.File("latents", Forward.Latents(model, settings.Model, context.Inputs[1], context.Cancellation)));
    }

    public JobForecast Forecast(Job job)
    {
        var model = LearningJob.Parameters<LatentsParameters>(job).Model;
        var rows = BlobSizes.ShardRows(job.Inputs[1], model.Shape);
        return JobForecast.OneBlob(LearningCost.Latents(model, rows), BlobSizes.Table("latents", rows, model.Latent));
    }
}

/// <summary>H(h) of a shard's latents.</summary>
internal sealed class ExpertLogitsFunction : IJobFunction
{
    public string Kind => ExpertLogitsParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<ExpertLogitsParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters((Network.H, ParameterLayout.Of(settings.Model, ModelPart.Expert, 0), context.Inputs[0]));
        return Output.Of(TensorBlobs.File("logits", Network.Decide(model, settings.Model, TensorBlobs.Floats(context.Inputs[1], "latents"))));
    }

    public JobForecast Forecast(Job job)
    {
        var model = LearningJob.Parameters<ExpertLogitsParameters>(job).Model;
        var rows = BlobSizes.TableRows(job.Inputs[1], "latents", model.Latent);
        return JobForecast.OneBlob(LearningCost.Logits(model, rows), BlobSizes.Table("logits", rows, model.Classes));
    }
}

/// <summary>Accuracy and loss of the global stage-1 model on test shards.</summary>
internal sealed class ModelScoreFunction : IJobFunction
{
    public string Kind => ModelScoreParameters.Kind;

    public WorkKind Work => WorkKind.Forward;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<ModelScoreParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters(
            (Network.F, ParameterLayout.Of(settings.Model, ModelPart.Extractor, 0), context.Inputs[0]),
            (Network.H, ParameterLayout.Of(settings.Model, ModelPart.Expert, 0), context.Inputs[1]));
        double loss = 0, right = 0, count = 0;
        foreach (var shard in context.Inputs.Skip(2))
        {
            using var step = NewDisposeScope();
            var logits = Network.Decide(model, settings.Model, Forward.Latents(model, settings.Model, shard, context.Cancellation));
            var truth = Backend.Longs(TensorBlobs.Labels(shard));
            loss += nn.functional.cross_entropy(logits, truth, reduction: nn.Reduction.Sum).item<float>();
            right += logits.argmax(1).eq(truth).sum().item<long>();
            count += truth.shape[0];
        }

        return Output.Of().With("accuracy", right / count).With("loss", loss / count);
    }

    public JobForecast Forecast(Job job)
    {
        var model = LearningJob.Parameters<ModelScoreParameters>(job).Model;
        var rows = job.Inputs.Skip(2).Sum(shard => BlobSizes.ShardRows(shard, model.Shape));
        return new(LearningCost.Latents(model, rows) + LearningCost.Logits(model, rows), [], [], ["accuracy", "loss"]);
    }
}

/// <summary>Whole shards through F, in batches of a fixed size.</summary>
internal static class Forward
{
    private const int Batch = 250;

    public static Tensor Latents(FlatParameters model, ModelSpec spec, ReadOnlyMemory<byte> shard, CancellationToken cancellation) =>
        Latents(spec, shard, batch => Network.Extract(model, spec, batch, Pass.Evaluation), cancellation);

    public static Tensor Latents(ModelSpec spec, ReadOnlyMemory<byte> shard, Func<Tensor, Tensor> extract, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var pictures = new Pictures(TensorBlobs.Pictures(shard), spec);
        var parts = new List<Tensor>();
        for (var first = 0; first < pictures.Count; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            int[] rows = [.. Enumerable.Range(first, Math.Min(Batch, pictures.Count - first))];
            parts.Add(extract(pictures.Batch(rows)).MoveToOuterDisposeScope());
        }

        return cat(parts).MoveToOuterDisposeScope();
    }
}
