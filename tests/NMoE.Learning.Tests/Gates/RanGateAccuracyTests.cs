using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Metrics;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Gates;

/// <summary>RanGate by the jobs that serve and score it, with experts that are right as often as told.</summary>
public sealed class RanGateAccuracyTests
{
    private const int Rows = 5000;
    private const int Classes = 2;
    private const int Own = 1;
    private static readonly double[] Accuracies = [0.95, 0.9, 0.5, 0.3, 0.1];
    private static readonly ModelSpec Model = new(16, Classes);

    /// <summary>Each row is right with the share of experts that have it right: the variance of the mean is at most that of as many coins of the mean accuracy.</summary>
    [Fact]
    public void Its_accuracy_is_the_mean_of_the_experts_within_four_binomial_errors()
    {
        var labels = Labels();
        var logits = Accuracies.Select((accuracy, expert) => Logits(labels, accuracy, (uint)expert)).ToArray();
        var mean = logits.Average(of => Right(of, labels) / (double)Rows);
        var routed = Route();
        var answered = AnswerBlobs.Run(
            new AnswerFunction(), new AnswerParameters(1, Classes, [.. Enumerable.Range(0, Accuracies.Length)], routed.Integers, Mixture.Logits),
            [routed.Blobs[0], .. logits.Select(of => AnswerBlobs.Scores("logits", Classes, of))]);
        var score = AnswerBlobs.Run(new ScoreFunction(), new ScoreParameters(1), answered.Blobs[0], AnswerBlobs.Shard(labels));
        Assert.Equal(mean, score.Metrics["accuracy"], 4 * Math.Sqrt(mean * (1 - mean) / Rows));
    }

    [Fact]
    public void It_keeps_one_nth_of_the_rows_at_home_within_four_binomial_errors()
    {
        var home = 1.0 / Accuracies.Length;
        Assert.Equal(home, Route().Integers.Count(expert => expert == Own) / (double)Rows, 4 * Math.Sqrt(home * (1 - home) / Rows));
    }

    private static Compute.Jobs.JobOutput Route() => AnswerBlobs.Run(
        new RouteFunction(), new RouteParameters(Model, RanGate.GateName, Own, Accuracies.Length, 1, []),
        SafeTensors.Write([new TensorBlob("latents", TensorType.F32, [Rows, Model.Latent], new byte[Rows * Model.Latent * sizeof(float)])]));

    private static long[] Labels()
    {
        var draws = new Draws(4, (uint)DrawPurpose.Parameter, 0);
        return [.. Enumerable.Range(0, Rows).Select(_ => (long)draws.Next(Classes))];
    }

    private static float[] Logits(long[] labels, double accuracy, uint stream)
    {
        var draws = new Draws(6, (uint)DrawPurpose.Parameter, stream);
        return [.. labels.SelectMany(label => draws.Next() < accuracy == (label == 0) ? new[] { 1f, 0f } : [0f, 1f])];
    }

    private static int Right(float[] logits, long[] labels) => labels.Where((label, row) => logits[(row * Classes) + (int)label] == 1f).Count();
}
