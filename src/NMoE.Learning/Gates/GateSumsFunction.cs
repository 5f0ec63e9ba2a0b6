using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>Runs <see cref="GateSumsParameters"/>, in double precision.</summary>
internal sealed class GateSumsFunction : IJobFunction
{
    internal const string Share = "share";
    internal const string Sum = "sum";
    internal const string Square = "square";

    public string Kind => GateSumsParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<GateSumsParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var samples = GateSamples.Of(context.Inputs.AsSpan(..^(settings.Features is null ? 0 : 1)), AsGate(settings));
        var rows = Backend.Longs(Array.ConvertAll(samples.Rows, row => (long)row));
        var latents = Seen(settings, samples.Latents[rows], context.Inputs[^1]);
        var chances = samples.Opinions.LogProbabilities[rows];
        var best = nn.functional.one_hot(chances.argmax(1), settings.Clients).to(float64);
        return Output.Of(SafeTensors.Write(
        [
            Mean(Share, best.sum([0]), samples), Mean(Sum, best.t().mm(latents), samples), Mean(Square, latents.t().mm(latents), samples),
        ])).With("loss", -chances.amax([1]).to(float64).mean().item<double>());
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<GateSumsParameters>(job);
        var rows = GateSamples.RowsOf(AsGate(settings), BlobSizes.TableRows(job.Inputs[0], "latents", settings.Model.Latent));
        var (width, experts) = (settings.Model.Latent + (settings.Features?.Count ?? 0), settings.Clients);
        return new(
            LearningCost.GateSums(settings.Model, experts, rows, settings.Features?.Count ?? 0),
            [SafeTensors.BytesOf([new(Share, TensorType.F32, [experts]), new(Sum, TensorType.F32, [experts, width]), new(Square, TensorType.F32, [width, width])])],
            [], ["loss"]);
    }

    private static Tensor Seen(GateSumsParameters settings, Tensor latents, ReadOnlyMemory<byte> moments) =>
        GateFeatures.Of(settings.Features, settings.Model.Latent, moments) is { } features ? features.Apply(latents) : latents.to(float64);

    /// <summary>What of a gate's training says which rows and experts there are.</summary>
    private static GateParameters AsGate(GateSumsParameters settings) => new(
        settings.Model, settings.Clients, settings.Experts, 0, 1, 1, 0, RouterNoise.Gaussian, 0, GradientRule.None, 1, GateMode.OracleTarget, 1)
    {
        Holdout = settings.Holdout,
        HoldoutSeed = settings.HoldoutSeed,
    };

    private static TensorBlob Mean(string name, Tensor sum, GateSamples samples)
    {
        var mean = sum.Times(1.0 / samples.Rows.Length).to(float32).contiguous();
        return new(name, TensorType.F32, [.. mean.shape], Backend.Bytes(mean));
    }
}
