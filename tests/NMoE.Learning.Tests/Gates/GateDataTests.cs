using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Gates;

/// <summary>Which rows a gate job learns from: 20 rows, of which the expert holds out a fifth.</summary>
public sealed class GateDataTests
{
    private const int RowCount = 20;
    private const double Share = 0.2;
    private const ulong ExpertSeed = 77;
    private static readonly ModelSpec Model = new(16, 10);

    private static readonly GateParameters All = new(
        Model, 2, [0, 1], 1e-2, 3, 2, 0.01, RouterNoise.Gaussian, 0.01, GradientRule.Clip, 1, GateMode.DenseMixture, 1);

    private static readonly GateParameters Held = All with { Holdout = Share, HoldoutSeed = ExpertSeed };

    [Fact]
    public void Only_held_out_rows_are_learned_from_and_each_of_them_is()
    {
        var held = HeldOut.Rows(ExpertSeed, Share, RowCount);
        var clean = Gate(Held, []);
        Assert.Equal(4, held.Length);
        Assert.Equal(clean, Gate(Held, [.. Enumerable.Range(0, RowCount).Except(held)]));
        Assert.All(held, row => Assert.Contains(Gate(Held, [row]), float.IsNaN));
        Assert.All(clean, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void All_rows_are_learned_from_otherwise() =>
        Assert.All(Enumerable.Range(0, RowCount), row => Assert.Contains(Gate(All, [row]), float.IsNaN));

    /// <summary>One epoch, which is kept whatever the held-out rows say: their labels cannot matter to it, and every other row's does.</summary>
    [Fact]
    public void The_expert_of_that_seed_was_not_fitted_on_them()
    {
        var held = HeldOut.Rows(ExpertSeed, Share, RowCount);
        var clean = Expert(-1);
        Assert.All(Enumerable.Range(0, RowCount), row => Assert.Equal(held.Contains(row), clean.AsSpan().SequenceEqual(Expert(row))));
    }

    [Fact]
    public void The_cost_is_that_of_the_rows_learned_from()
    {
        var latents = new BlobRef(new BlobHash(new string('a', 64)), BlobSizes.Table("latents", RowCount, Model.Latent));
        var forecast = new FedGateFunction().Forecast(LearningJob.Create(Held, 1, latents with { Bytes = 9 }, latents));

        // Three passes, two epochs, four rows, two FLOP a weight of two experts.
        Assert.Equal(3 * 2 * 4 * 2.0 * 128 * 2, forecast.Flops);
    }

    [Fact]
    public void A_job_that_learns_from_all_rows_keeps_the_name_it_had() =>
        Assert.DoesNotContain("Holdout", LearningJob.Create(All, 1).Parameters, StringComparison.Ordinal);

    [Fact]
    public void So_small_a_share_that_no_row_is_left_is_refused() =>
        Assert.Contains("left none", Assert.Throws<InvalidDataException>(() => Gate(Held with { Holdout = 0.02 }, [])).Message, StringComparison.Ordinal);

    /// <summary>The gate's weights after a job in which some rows' latents are not numbers.</summary>
    private static float[] Gate(GateParameters settings, int[] broken)
    {
        var latents = Latents();
        foreach (var row in broken)
            latents.AsSpan(row * Model.Latent, Model.Latent).Fill(float.NaN);
        var start = new InitFunction().Run(new(LearningJob.Create(new InitParameters(Model, ModelPart.Gate, 2), 1), [], CancellationToken.None)).Blobs[0];
        var draws = new Draws(2, (uint)DrawPurpose.Parameter, 9);
        float[] logits = [.. Enumerable.Range(0, RowCount * Model.Classes).Select(_ => (float)draws.Next())];
        return Weights(AnswerBlobs.Run(
            new FedGateFunction(), settings, start, AnswerBlobs.Scores("latents", Model.Latent, latents), AnswerBlobs.Shard(Labels(-1)),
            AnswerBlobs.Scores("logits", Model.Classes, logits), AnswerBlobs.Scores("logits", Model.Classes, [.. logits.Reverse()])), "weight");
    }

    /// <summary>The expert's last weights after one epoch in which one row has another label.</summary>
    private static float[] Expert(int relabelled)
    {
        var start = new InitFunction().Run(new(LearningJob.Create(new InitParameters(Model, ModelPart.Expert, 0), 1), [], CancellationToken.None)).Blobs[0];
        var job = LearningJob.Create(new ExpertParameters(Model, 1e-3, 8, 1, Share, 1), ExpertSeed);
        var output = new ExpertFunction().Run(new JobContext(
            job, [start, AnswerBlobs.Scores("latents", Model.Latent, Latents()), AnswerBlobs.Shard(Labels(relabelled))], CancellationToken.None));
        return Weights(output, "6.weight");
    }

    private static long[] Labels(int changed) => [.. Enumerable.Range(0, RowCount).Select(row => (row + (row == changed ? 1L : 0)) % Model.Classes)];

    private static float[] Latents()
    {
        var draws = new Draws(1, (uint)DrawPurpose.Parameter, 9);
        return [.. Enumerable.Range(0, RowCount * Model.Latent).Select(_ => (float)draws.Next())];
    }

    private static float[] Weights(JobOutput output, string name) =>
        MemoryMarshal.Cast<byte, float>(SafeTensors.Read(output.Blobs[0])[name].Data.Span).ToArray();
}
