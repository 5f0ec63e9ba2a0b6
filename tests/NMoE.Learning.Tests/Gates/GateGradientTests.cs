using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Gates;

/// <summary>What is done to a gate's gradient, by the job: Adam's first step is lr g / (|g| + 1e-8) for each weight.</summary>
public sealed class GateGradientTests
{
    private const int Experts = 3;
    private const int Rows = 20;
    private const double Rate = 0.01;
    private static readonly ModelSpec Model = new(16, 10);

    /// <summary>
    /// A gradient of norm 1e-9 has elements far below 1e-8: the step is then lr g / 1e-8, of norm 0.1 lr, at most a tenth shorter for the elements themselves. Left alone, each weight that has
    /// a gradient moves by lr.
    /// </summary>
    [Theory]
    [InlineData(GradientRule.Unit)]
    [InlineData(GradientRule.Clip)]
    public void A_gradient_is_scaled_to_the_norm_before_the_step(GradientRule rule) =>
        Assert.InRange(Step(rule, 1e-9), 0.1 / 1.1, 0.1 * (1 + 1e-3));

    [Fact]
    public void A_gradient_that_is_left_alone_moves_each_weight_by_the_rate() =>
        Assert.Equal(Math.Sqrt(Experts * (Model.Latent + 1)), Step(GradientRule.None, 1e-9), 0.5);

    /// <summary>Norm of the first step, in rates.</summary>
    private static double Step(GradientRule rule, double norm)
    {
        var draws = new Draws(5, (uint)DrawPurpose.Parameter, 0);
        var start = FlatGate();
        var settings = new GateParameters(
            Model, Experts, [0, 1, 2], Rate, Rows, 1, 0, RouterNoise.Gaussian, 0, rule, norm, GateMode.DenseMixture, 1);
        var latents = AnswerBlobs.Scores("latents", Model.Latent, [.. Enumerable.Range(0, Rows * Model.Latent).Select(_ => (float)(0.5 + draws.Next()))]);
        ReadOnlyMemory<byte>[] opinions = [.. Enumerable.Range(0, Experts).Select(expert => AnswerBlobs.Scores(
            "logits", Model.Classes, [.. Enumerable.Range(0, Rows * Model.Classes).Select(i => i % Model.Classes % Experts == expert ? 3f : 0)]))];
        var trained = AnswerBlobs.Run(
            new FedGateFunction(), settings, [start, latents, AnswerBlobs.Shard([.. Enumerable.Range(0, Rows).Select(row => (long)row % 3)]), .. opinions]).Blobs[0];
        return Math.Sqrt(Values(start).Zip(Values(trained), (before, after) => Math.Pow((after - before) / Rate, 2)).Sum());
    }

    private static ReadOnlyMemory<byte> FlatGate() => SafeTensors.Write(
    [
        new TensorBlob("bias", TensorType.F32, [Experts], new byte[Experts * sizeof(float)]),
        new TensorBlob("weight", TensorType.F32, [Experts, Model.Latent], new byte[Experts * Model.Latent * sizeof(float)]),
    ]);

    private static IEnumerable<double> Values(ReadOnlyMemory<byte> file) =>
        SafeTensors.Read(file).SelectMany(tensor => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray()).Select(value => (double)value);
}
