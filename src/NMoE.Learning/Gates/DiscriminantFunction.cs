using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>
/// Runs <see cref="DiscriminantParameters"/>, in double precision. With m_j the mean latent of expert j's samples, q_j their share and C their common covariance, s_j = (C^-1 m_j)'h - m_j'C^-1 m_j / 2 + log q_j, all
/// less the mean of all samples; h is the latent, or it and its random features. A hundredth of C's mean variance is added to its diagonal, so that it has an inverse. An expert that is nobody's best has a share of one sample in a million.
/// </summary>
internal sealed class DiscriminantFunction : IJobFunction
{
    private const double Ridge = 0.01;
    private const double LeastShare = 1e-6;

    public string Kind => DiscriminantParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<DiscriminantParameters>(context.Job);
        var pooled = Pooled(settings, context.Inputs[..settings.Weights.Length]);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var sums = Doubles(pooled, GateSumsFunction.Sum);
        var shares = Doubles(pooled, GateSumsFunction.Share);
        var mean = sums.sum([0]);
        var centres = (sums / shares.AtLeast(LeastShare).unsqueeze(1)).Minus(mean.mul(shares.IsAbove(0).to(float64).unsqueeze(1)));
        var spread = Doubles(pooled, GateSumsFunction.Square).Minus(outer(mean, mean));
        var within = spread.Minus(centres.t().mm(centres.mul(shares.unsqueeze(1))));
        var width = mean.shape[0];
        var load = Math.Max(within.trace().item<double>(), 0) * Ridge / width;
        var weight = linalg.solve(within.Plus(Backend.Unit(width).Times(load + 1e-12)), centres.t()).t();
        var bias = centres.mul(weight).sum([1]).Times(-0.5).Plus(LogShares(settings, shares)).Minus(weight.mv(mean));
        var features = GateFeatures.Of(settings.Features, settings.Model.Latent, context.Inputs[^1]);
        return Output.Of(SafeTensors.Write(features?.Fold(weight, bias) ?? [TensorBlobs.Of("bias", bias), TensorBlobs.Of("weight", weight)]));
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<DiscriminantParameters>(job);
        var features = settings.Features?.Count ?? 0;
        return JobForecast.OneBlob(
            LearningCost.Discriminant(settings.Model, settings.Clients, features), BlobSizes.Part(GateLayout.Served(settings.Model, settings.Clients, features)));
    }

    /// <summary>The sums of all clients; what is of no client's expert is 0.</summary>
    private static byte[] Pooled(DiscriminantParameters settings, ImmutableArray<ReadOnlyMemory<byte>> files)
    {
        if (settings.Rows is not { } rows)
        {
            return SafeTensors.Write(AverageFunction.Of(files, settings.Weights));
        }

        var (parts, total) = (files.Select(file => SafeTensors.Read(file)).ToArray(), settings.Weights.Sum());
        var (each, all) = (settings.Weights.Select(weight => weight / total).ToArray(), Enumerable.Repeat(total, settings.Clients).ToArray());
        return SafeTensors.Write(parts[0].Select(first => GateRows.IsByExpert(parts[0], first)
            ? first with
            {
                Shape = first.Shape.SetItem(0, settings.Clients),
                Data = MemoryMarshal.AsBytes<float>(Array.ConvertAll(GateRows.Sum([.. parts.Select(part => part[first.Name])], rows, settings.Weights, all), sum => (float)sum)).ToArray(),
            }
            : WeightedSum.Of(parts.Select(part => part[first.Name]).ToArray(), each)));
    }

    /// <summary>log of an expert's share of the samples of those that may ask it.</summary>
    private static Tensor LogShares(DiscriminantParameters settings, Tensor shares)
    {
        var logs = shares.AtLeast(LeastShare).log();
        return settings.Rows is { } rows
            ? logs.Minus(Backend.Doubles(Array.ConvertAll(GateRows.Totals(rows, settings.Weights, settings.Clients), total => Math.Max(total / settings.Weights.Sum(), LeastShare)), settings.Clients).log())
            : logs;
    }

    private static Tensor Doubles(ReadOnlyMemory<byte> file, string name) => TensorBlobs.Floats(file, name).to(float64);
}
