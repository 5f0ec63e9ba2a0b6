using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Gates;

/// <summary>The coordinates that a gate is trained in. Adam's first step moves each parameter that has a gradient by the rate, in those coordinates.</summary>
public sealed class StandardisationTests
{
    private const int Experts = 2;
    private const int Rows = 6;
    private const double Rate = 0.01;
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly GateParameters Settings = new(
        Model, Experts, [0, 1], Rate, Rows, 1, 0, RouterNoise.Gaussian, 0, GradientRule.None, 1, GateMode.DenseMixture, 1);

    // Of dimension d: the mean is 1 + d / 100, the deviation 0.1 + d / 50; batch norm's 1e-5 stands beside its square.
    private static readonly double[] Means = [.. Enumerable.Range(0, Model.Latent).Select(d => 1 + (d / 100.0))];
    private static readonly double[] Deviations = [.. Enumerable.Range(0, Model.Latent).Select(d => Math.Sqrt(Math.Pow(0.1 + (d / 50.0), 2) + 1e-5))];

    [Fact]
    public void The_moments_of_a_shard_are_the_means_of_its_latents_and_of_their_squares()
    {
        // Columns 1, 3, 5 and 2, 2, 8.
        var (mean, square) = Moments(1, 2, 3, 2, 5, 8);
        Assert.Equal([3, 4], mean);
        Assert.Equal([35 / 3.0, 24], square, Near);
    }

    [Fact]
    public void Averaged_by_the_numbers_of_samples_they_are_those_of_all_samples_together()
    {
        ReadOnlyMemory<byte>[] clients = [File(1, 2), File(3, 2, 5, 8, 7, 0)];
        var pooled = AnswerBlobs.Run(new AverageFunction(), new AverageParameters([1, 3]), clients).Blobs[0];
        var (mean, square) = Moments(1, 2, 3, 2, 5, 8, 7, 0);
        Assert.Equal(mean, Read(pooled, "mean")[..2], Near);
        Assert.Equal(square, Read(pooled, "square")[..2], Near);
    }

    [Theory]
    [InlineData(InputForm.Latent)]
    [InlineData(InputForm.Centred)]
    [InlineData(InputForm.Normalised)]
    public void A_step_moves_a_weight_by_the_rate_over_the_deviation_and_the_score_at_the_mean_by_the_rate(InputForm form)
    {
        var (weights, biases) = Step(form);
        for (var expert = 0; expert < Experts; expert++)
        {
            var moved = (double)biases[expert];
            for (var d = 0; d < Model.Latent; d++)
            {
                var weight = weights[(expert * Model.Latent) + d];
                Assert.Equal(form == InputForm.Normalised ? Rate / Deviations[d] : Rate, Math.Abs(weight), Rate * 1e-2);
                moved += form == InputForm.Latent ? 0 : weight * Means[d];
            }

            Assert.Equal(Rate, Math.Abs(moved), Rate * 2e-2);
        }
    }

    [Fact]
    public void A_job_on_latents_as_they_are_keeps_the_name_it_had() =>
        Assert.DoesNotContain("Input", LearningJob.Create(Settings, 1).Parameters, StringComparison.Ordinal);

    /// <summary>What one step makes of a gate of zeros: latents differ from the mean in every dimension, and expert 0 is right on the first half of the rows.</summary>
    private static (float[] Weights, float[] Biases) Step(InputForm form)
    {
        var latents = new float[Rows * Model.Latent];
        for (var slot = 0; slot < latents.Length; slot++)
        {
            var (row, d) = (slot / Model.Latent, slot % Model.Latent);
            latents[slot] = (float)(Means[d] + (Deviations[d] * (row < 2 ? 1.5 : -0.5)));
        }

        ReadOnlyMemory<byte>[] opinions = [.. Enumerable.Range(0, Experts).Select(expert => AnswerBlobs.Scores(
            "logits", Model.Classes, [.. Enumerable.Range(0, Rows * Model.Classes).Select(i => (i / Model.Classes < 2) == (expert == 0) && i % Model.Classes == 0 ? 4f : 0)]))];
        var moments = SafeTensors.Write([Tensor("mean", [.. Means]), Tensor("square", [.. Means.Zip(Deviations, (mean, deviation) => (mean * mean) + (deviation * deviation) - 1e-5)])]);
        var start = SafeTensors.Write([Tensor("bias", new double[Experts]), Tensor("weight", new double[Experts * Model.Latent]) with { Shape = [Experts, Model.Latent] }]);
        ReadOnlyMemory<byte>[] inputs =
        [
            start, AnswerBlobs.Scores("latents", Model.Latent, latents), AnswerBlobs.Shard(new long[Rows]), .. opinions,
            .. form == InputForm.Latent ? Array.Empty<ReadOnlyMemory<byte>>() : [moments],
        ];
        var trained = AnswerBlobs.Run(new FedGateFunction(), Settings with { Input = form }, inputs).Blobs[0];
        return (Floats(trained, "weight"), Floats(trained, "bias"));
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-5 * Math.Max(1, Math.Abs(expected));

    private static (double[] Mean, double[] Square) Moments(params float[] rows) => (Read(File(rows), "mean")[..2], Read(File(rows), "square")[..2]);

    private static ReadOnlyMemory<byte> File(params float[] rows) =>
        AnswerBlobs.Run(new LatentMomentsFunction(), new LatentMomentsParameters(Model), Padded(rows)).Blobs[0];

    /// <summary>Two columns of numbers, and zeros.</summary>
    private static ReadOnlyMemory<byte> Padded(float[] rows)
    {
        var values = new float[rows.Length / 2 * Model.Latent];
        for (var i = 0; i < rows.Length; i++)
        {
            values[(i / 2 * Model.Latent) + (i % 2)] = rows[i];
        }

        return AnswerBlobs.Scores("latents", Model.Latent, values);
    }

    private static TensorBlob Tensor(string name, double[] values) => new(
        name, TensorType.F32, [values.Length], MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, value => (float)value)).ToArray());

    private static double[] Read(ReadOnlyMemory<byte> file, string name) => Array.ConvertAll(Floats(file, name), value => (double)value);

    private static float[] Floats(ReadOnlyMemory<byte> file, string name) =>
        MemoryMarshal.Cast<byte, float>(SafeTensors.Read(file)[name].Data.Span).ToArray();
}
