using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.SelfSupervised;

/// <summary>Runs <see cref="CorrelationParameters"/>.</summary>
internal sealed class CorrelationFunction : IJobFunction
{
    private const int Batch = 250;

    public string Kind => CorrelationParameters.Kind;

    public WorkKind Work => WorkKind.Forward;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<CorrelationParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Projections.Model(settings.Model, settings.Dimension, context);
        var views = new Views(TensorBlobs.Pictures(context.Inputs[2]), settings.Model);
        var first = new Draws(context.Job.Seed, (uint)DrawPurpose.FirstView, 0);
        var second = new Draws(context.Job.Seed, (uint)DrawPurpose.SecondView, 0);
        var sum = Backend.Zeros(float64, settings.Dimension, settings.Dimension);
        for (var start = 0; start < views.Count; start += Batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            int[] rows = [.. Enumerable.Range(start, Math.Min(Batch, views.Count - start))];
            foreach (var draws in new[] { first, second })
            {
                var projections = Safe(Network.Project(model, settings.Model, settings.Dimension, Network.Extract(model, settings.Model, views.Batch(rows, draws), Pass.Evaluation)).to(float64));
                var capped = Projections.Capped(projections, settings.Cap);
                sum.PlusInPlace(capped.t().mm(capped));
            }
        }

        return Output.Of(TensorBlobs.File(Projections.Correlation, sum.Times(1.0 / (2.0 * views.Count)).to(float32)));
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<CorrelationParameters>(job);
        return JobForecast.OneBlob(
            LearningCost.Correlation(settings.Model, settings.Dimension, BlobSizes.ShardRows(job.Inputs[2], settings.Model.Shape)),
            BlobSizes.Table(Projections.Correlation, settings.Dimension, settings.Dimension));
    }

    /// <summary>Rows with an element that is no number become 0: no record may move R further than the cap allows.</summary>
    private static Tensor Safe(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var finite = rows.isfinite().all(1, keepdim: true);
        return where(finite, rows, zeros_like(rows)).MoveToOuterDisposeScope();
    }
}
