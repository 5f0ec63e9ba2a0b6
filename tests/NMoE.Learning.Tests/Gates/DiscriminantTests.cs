using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;

namespace NMoE.Learning.Tests.Gates;

/// <summary>A gate in closed form. Experts 0 and 1 of three are each right on half of the rows; expert 2 is nobody's best.</summary>
public sealed class DiscriminantTests
{
    private static readonly ModelSpec Model = new(16, 10);

    // Expert 0's rows lie at 2, 4 and expert 1's at 8, 10 in dimension 0, and all at 1 in dimension 1 and at 0 in the others: mean 6, means of their own 3 and 9, a variance of 1 within and of 10 in all.
    private static readonly (float At, int Best)[] Rows = [(2, 0), (4, 0), (8, 1), (10, 1)];

    [Fact]
    public void A_clients_sums_are_means_by_best_expert()
    {
        var output = Sums(Rows);
        Assert.Equal([0.5f, 0.5f, 0], Floats(output.Blobs[0], "share"));
        var sum = Floats(output.Blobs[0], "sum");
        Assert.Equal([6 / 4f, 1 / 2f, 18 / 4f, 1 / 2f, 0], [sum[0], sum[1], sum[Model.Latent], sum[Model.Latent + 1], sum[2 * Model.Latent]]);
        var square = Floats(output.Blobs[0], "square");
        Assert.Equal([46, 6, 6, 1], [square[0], square[1], square[Model.Latent], square[Model.Latent + 1]]);

        // Of ten classes the best expert gives the true one e^8 against nine times 1.
        Assert.Equal(Math.Log(1 + (9 * Math.Exp(-8))), output.Metrics["loss"], 1e-6);
    }

    /// <summary>(9 - 3) / C a unit, C being 1 and the hundredth of its mean over 128 dimensions; and halfway between the two means both are as likely.</summary>
    [Fact]
    public void The_gate_is_fishers_discriminant()
    {
        var gate = Gate([Rows], [4]);
        var (weight, bias) = (Floats(gate, "weight"), Floats(gate, "bias"));
        Assert.Equal(6 / (1 + (0.01 / Model.Latent)), weight[Model.Latent] - weight[0], 1e-2);
        Assert.Equal(0, Score(weight, bias, 1, 6) - Score(weight, bias, 0, 6), 1e-2);
        Assert.True(Score(weight, bias, 2, 6) < Score(weight, bias, 0, 6) - 5, "An expert that is nobody's best is chosen.");
        Assert.Equal(0, weight[2 * Model.Latent], 1e-4);
    }

    /// <summary>The odds at the middle are those of the numbers of samples: log 3.</summary>
    [Fact]
    public void More_samples_count_for_more()
    {
        var gate = Gate([[(2, 0), (4, 0), (2, 0), (4, 0), (2, 0), (4, 0), (8, 1), (10, 1)]], [8]);
        var (weight, bias) = (Floats(gate, "weight"), Floats(gate, "bias"));
        Assert.Equal(Math.Log(3), Score(weight, bias, 0, 6) - Score(weight, bias, 1, 6), 2e-2);
    }

    /// <summary>However samples are dealt, the gate is that of all of them: clients that hold one expert's rows each are no worse than one that holds all.</summary>
    [Fact]
    public void It_is_the_same_whoever_holds_which_sample()
    {
        var together = Gate([[.. Rows, .. Rows]], [8]);
        foreach (var name in new[] { "weight", "bias" })
        {
            Assert.Equal(Floats(together, name), Floats(Gate([[Rows[0], Rows[1], Rows[0], Rows[1]], [Rows[2], Rows[3], Rows[2], Rows[3]]], [4, 4]), name), Near);
            Assert.Equal(Floats(together, name), Floats(Gate([[Rows[0], Rows[1], Rows[0], Rows[2]], [Rows[1], Rows[3], Rows[2], Rows[3]]], [4, 4]), name), Near);
        }
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 2e-3 * Math.Max(1, Math.Abs(a));

    private static double Score(float[] weight, float[] bias, int expert, float at) => (weight[expert * Model.Latent] * at)
        + weight[(expert * Model.Latent) + 1] + bias[expert];

    private static ReadOnlyMemory<byte> Gate((float, int)[][] clients, double[] weights) => AnswerBlobs.Run(
        new DiscriminantFunction(), new DiscriminantParameters(Model, 3, [.. weights]), [.. clients.Select(rows => Sums(rows).Blobs[0])]).Blobs[0];

    private static NMoE.Compute.Jobs.JobOutput Sums((float At, int Best)[] rows)
    {
        var latents = new float[rows.Length * Model.Latent];
        for (var row = 0; row < rows.Length; row++)
        {
            latents[row * Model.Latent] = rows[row].At;
            latents[(row * Model.Latent) + 1] = 1;
        }

        ReadOnlyMemory<byte>[] opinions = [.. Enumerable.Range(0, 3).Select(expert => AnswerBlobs.Scores(
            "logits", Model.Classes, [.. Enumerable.Range(0, rows.Length * Model.Classes).Select(i => i % Model.Classes == 0 && rows[i / Model.Classes].Best == expert ? 8f : 0)]))];
        return AnswerBlobs.Run(
            new GateSumsFunction(), new GateSumsParameters(Model, 3, [0, 1, 2]), [AnswerBlobs.Scores("latents", Model.Latent, latents), AnswerBlobs.Shard(new long[rows.Length]), .. opinions]);
    }

    private static float[] Floats(ReadOnlyMemory<byte> file, string name) => MemoryMarshal.Cast<byte, float>(SafeTensors.Read(file)[name].Data.Span).ToArray();
}
