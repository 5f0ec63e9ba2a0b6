using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>Chooses k experts a row: Top-k of the gate's scores (Sec. II-A), draws (RanGate), or one's own.</summary>
public sealed class RouteFunction : IJobFunction
{
    /// <inheritdoc/>
    public string Kind => RouteParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var settings = LearningJob.Parameters<RouteParameters>(context.Job);
        if (!settings.Shares.IsEmpty && (settings.Shares.Length != settings.Clients || settings.Shares.Count(share => share > 0) < settings.K))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A distribution of {settings.Shares.Length} shares cannot choose {settings.K} of {settings.Clients} experts; it needs a share for each, and {settings.K} above 0."));
        }

        if (settings.K < 1 || settings.K > settings.Clients || (settings.Gate == GateKind.LocalGate && settings.K != 1))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A {settings.Gate} cannot choose {settings.K} of {settings.Clients} experts; k is 1 to n, and 1 for LocalGate."));
        }

        using var scope = NewDisposeScope();
        var latents = TensorBlobs.Floats(context.Inputs[0], "latents");
        var rows = (int)latents.shape[0];
        var (chosen, weights) = settings.Gate switch
        {
            GateKind.FedGate or GateKind.RollGate => TopK(Scores(context, settings, latents), settings),
            GateKind.RanGate => (Drawn(context.Job.Seed, rows, settings), Equal(rows, settings.K)),
            _ => (Enumerable.Repeat(settings.Client, rows).ToArray(), Equal(rows, 1)),
        };
        var file = SafeTensors.Write(
            [new TensorBlob("weights", TensorType.F32, [rows, settings.K], MemoryMarshal.AsBytes<float>(weights).ToArray())]);
        return Output.Of(file) with { Integers = [.. chosen] };
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var settings = LearningJob.Parameters<RouteParameters>(job);
        var rows = BlobSizes.TableRows(job.Inputs[0], "latents", settings.Model.Latent);
        return new(
            LearningCost.Route(settings.Model, settings.Clients, rows), [BlobSizes.Table("weights", rows, settings.K)],
            [.. settings.Gate == GateKind.LocalGate ? Enumerable.Repeat(settings.Client, rows) : Drawn(job.Seed, rows, settings)], []);
    }

    private static float[] Scores(JobContext context, RouteParameters settings, Tensor latents)
    {
        using var quiet = no_grad();
        using var model = new FlatParameters(
            (Network.G, ParameterLayout.Of(settings.Model, ModelPart.Gate, settings.Clients), context.Inputs[1]));
        return Network.Score(model, latents).data<float>().ToArray();
    }

    /// <summary>The k highest scores of each row, ties to the lowest index, and the softmax over them.</summary>
    public static (int[] Chosen, float[] Weights) TopK(float[] scores, RouteParameters settings)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(settings);
        var rows = scores.Length / settings.Clients;
        var chosen = new int[rows * settings.K];
        var weights = new float[rows * settings.K];
        for (var row = 0; row < rows; row++)
        {
            var of = scores.AsMemory(row * settings.Clients, settings.Clients);
            var best = Enumerable.Range(0, settings.Clients)
                .OrderByDescending(expert => of.Span[expert]).ThenBy(expert => expert).Take(settings.K).ToArray();
            var powers = Array.ConvertAll(best, expert => Math.Exp(of.Span[expert] - of.Span[best[0]]));
            for (var choice = 0; choice < settings.K; choice++)
            {
                chosen[(row * settings.K) + choice] = best[choice];
                weights[(row * settings.K) + choice] = (float)(powers[choice] / powers.Sum());
            }
        }

        return (chosen, weights);
    }

    private static int[] Drawn(ulong seed, int rows, RouteParameters settings) =>
    [
        .. Enumerable.Range(0, rows).SelectMany(row =>
        {
            var draws = new Draws(seed, DrawPurpose.Route, (uint)row);
            return settings.Shares.IsEmpty ? draws.Permutation(settings.Clients).Take(settings.K) : Weighted(draws, settings);
        }),
    ];

    /// <summary>k experts, one after the other, each by the shares of those that are left.</summary>
    private static List<int> Weighted(Draws draws, RouteParameters settings)
    {
        var chosen = new List<int>(settings.K);
        while (chosen.Count < settings.K)
        {
            var left = Enumerable.Range(0, settings.Clients).Where(expert => settings.Shares[expert] > 0 && !chosen.Contains(expert)).ToArray();
            var point = draws.Next() * left.Sum(expert => settings.Shares[expert]);
            chosen.Add(left.FirstOrDefault(expert => (point -= settings.Shares[expert]) < 0, left[^1]));
        }

        return chosen;
    }

    private static float[] Equal(int rows, int k) => [.. Enumerable.Repeat(1f / k, rows * k)];
}
