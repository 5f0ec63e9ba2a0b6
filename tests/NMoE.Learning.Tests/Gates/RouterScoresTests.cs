using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Gates;

/// <summary>Shazeer's noise: s + e softplus(h W_noise).</summary>
public sealed class RouterScoresTests
{
    private const int Experts = 4;
    private static readonly ModelSpec Model = new(16, 10);

    private static readonly GateParameters Settings = new(
        Model, Experts, [0, 1, 2, 3], 1e-2, 16, 3, 0.01, RouterNoise.Shazeer, 5, GradientRule.Clip, 1, GateMode.DenseMixture, 1);

    /// <summary>By hand: h = (1, 2), W_noise = (0.5, 0.25) and (-1, -3): softplus(1) = log(1 + e) and softplus(-7) = log(1 + e^-7).</summary>
    [Fact]
    public void The_deviation_is_the_softplus_of_a_linear_map_of_the_latent()
    {
        using var scope = NewDisposeScope();
        var scores = RouterScores.Shazeer(tensor([10.0, 20], [1, 2]), tensor([1.0, 2], [1, 2]), tensor([0.5, 0.25, -1, -3], [2, 2]), tensor([2.0, -3], [1, 2]));
        Assert.Equal(10 + (2 * Math.Log(1 + Math.E)), scores[0, 0].item<double>(), 1e-12);
        Assert.Equal(20 - (3 * Math.Log(1 + Math.Exp(-7))), scores[0, 1].item<double>(), 1e-12);
    }

    /// <summary>
    /// The sample deviation of N has a standard error of 1/sqrt(2N), and a normal's kurtosis of 3 one of sqrt(24/N); that of the sum of twelve uniform numbers is 2.9. gate.noise, 5 here,
    /// scales nothing.
    /// </summary>
    [Fact]
    public void At_the_start_the_noise_is_normal_with_a_deviation_of_ln_2()
    {
        const int rows = 20_000;
        using var scope = NewDisposeScope();
        using var model = new FlatParameters((Network.G, GateLayout.Of(Model, Experts, RouterNoise.Shazeer), Start()));
        var latents = ones(rows, Model.Latent);
        var disturbed = RouterScores.Of(model, latents, new Draws(3, (uint)DrawPurpose.Noise, 0), Settings);
        var noise = disturbed.sub(Network.Score(model, Model, Experts, latents)).detach().data<float>().ToArray();
        Assert.Equal(0, noise.Average(), 4 * Math.Log(2) / Math.Sqrt(noise.Length));
        Assert.Equal(Math.Log(2), Math.Sqrt(noise.Average(value => (double)value * value)), 4 * Math.Log(2) / Math.Sqrt(2.0 * noise.Length));
        Assert.Equal(3, noise.Average(value => Math.Pow(value / Math.Log(2), 4)), 4 * Math.Sqrt(24.0 / noise.Length));
    }

    /// <summary>
    /// Switch's jitter multiplies each latent by a number uniform in 1 - a to 1 + a, of variance a^2 / 3 and kurtosis 9/5. The gate copies the first latents, all 2, to its scores: half of
    /// those are the factors.
    /// </summary>
    [Fact]
    public void Jitter_multiplies_each_latent_by_a_uniform_number_around_1()
    {
        const int rows = 5000;
        const double a = 0.3;
        using var scope = NewDisposeScope();
        using var model = new FlatParameters((Network.G, GateLayout.Of(Model, Experts, RouterNoise.Jitter), Copying()));
        var scores = RouterScores.Of(
            model, full([rows, Model.Latent], 2f), new Draws(3, (uint)DrawPurpose.Noise, 0), Settings with { NoiseForm = RouterNoise.Jitter, Noise = a });
        var factors = scores.detach().data<float>().ToArray().Select(score => score / 2.0).ToArray();
        var variance = a * a / 3;
        Assert.All(factors, factor => Assert.InRange(factor, 1 - a - 1e-6, 1 + a + 1e-6));
        Assert.Equal(1, factors.Average(), 4 * Math.Sqrt(variance / factors.Length));
        Assert.Equal(variance, factors.Average(factor => (factor - 1) * (factor - 1)), 4 * variance * Math.Sqrt(0.8 / factors.Length));
    }

    [Fact]
    public void The_gradient_that_reaches_W_noise_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        double[] weights = [0.3, -1.2, 0.8, 0.1, 2.0, -0.5];
        var leaf = tensor(weights, [3, 2]).requires_grad_();
        Loss(leaf).backward();
        var gradient = leaf.grad!.data<double>().ToArray();
        Assert.All(gradient, value => Assert.True(Math.Abs(value) > 1e-4, "No gradient arrives."));
        for (var i = 0; i < weights.Length; i++)
        {
            Assert.Equal((At(i, 1e-6) - At(i, -1e-6)) / 2e-6, gradient[i], 1e-8);
        }

        double At(int moved, double by) => Loss(tensor([.. weights.Select((weight, i) => i == moved ? weight + by : weight)], [3, 2])).item<double>();
    }

    [Fact]
    public void W_noise_starts_at_zero_and_the_gate_where_a_plain_one_does()
    {
        var start = SafeTensors.Read(Start());
        var plain = SafeTensors.Read(new InitFunction().Run(
            new(LearningJob.Create(new InitParameters(Model, ModelPart.Gate, Experts), 1), [], CancellationToken.None)).Blobs[0]);
        Assert.Equal<long>([Experts, Model.Latent], start[GateLayout.Noise].Shape);
        Assert.All(start[GateLayout.Noise].Data.ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(plain["weight"].Data.ToArray(), start["weight"].Data.ToArray());
        Assert.Equal(plain["bias"].Data.ToArray(), start["bias"].Data.ToArray());
    }

    [Fact]
    public void A_round_trains_W_noise_and_averages_take_it_along()
    {
        var trained = Train();
        Assert.Contains(Values(trained, GateLayout.Noise), value => value != 0);
        var average = new AverageFunction().Run(new(LearningJob.Create(new AverageParameters([1, 1]), 0), [trained, Start()], CancellationToken.None)).Blobs[0];
        Assert.Equal(Values(trained, GateLayout.Noise).Select(value => value / 2), Values(average, GateLayout.Noise));
    }

    [Fact]
    public void Serving_reads_nothing_of_it()
    {
        var trained = SafeTensors.Read(Train());
        var wild = SafeTensors.Write([.. trained.Select(tensor => tensor.Name == GateLayout.Noise
            ? tensor with { Data = MemoryMarshal.AsBytes(Enumerable.Repeat(float.NaN, Experts * Model.Latent).ToArray().AsSpan()).ToArray() }
            : tensor)]);
        var bare = SafeTensors.Write([.. trained.Where(tensor => tensor.Name != GateLayout.Noise)]);
        var (expected, weights) = Routed(bare);
        foreach (var gate in new[] { SafeTensors.Write(trained), wild })
        {
            Assert.Equal(expected, Routed(gate).Chosen);
            Assert.Equal(weights, Routed(gate).Weights);
        }
    }

    private static Tensor Loss(Tensor noise)
    {
        var latents = tensor([0.5, 1.5, 2.0, 0.25], [2, 2]);
        var scores = RouterScores.Shazeer(
            tensor([0.1, 0.7, -0.4, 1.0, -0.2, 0.3], [2, 3]), latents, noise, tensor([1.1, -0.6, 0.4, -1.7, 0.9, 0.2], [2, 3]));
        return GateLoss.DenseMixture(scores, tensor([-0.2, -1.5, -3.0, -0.9, -0.1, -2.2], [2, 3]));
    }

    private static (int[] Chosen, byte[] Weights) Routed(byte[] gate)
    {
        var output = AnswerBlobs.Run(new RouteFunction(), new RouteParameters(Model, "fedgate", 0, Experts, 2, []), Latents(), gate);
        return ([.. output.Integers], output.Blobs[0].ToArray());
    }

    private static ReadOnlyMemory<byte> Start() => AnswerBlobs.Run(new NoisyGateFunction(), new NoisyGateParameters(Model, Experts)).Blobs[0];

    private static ReadOnlyMemory<byte> Copying()
    {
        var weights = new float[Experts * Model.Latent];
        for (var expert = 0; expert < Experts; expert++)
        {
            weights[(expert * Model.Latent) + expert] = 1;
        }

        return SafeTensors.Write(
        [
            new TensorBlob("bias", TensorType.F32, [Experts], new byte[Experts * sizeof(float)]),
            new TensorBlob("weight", TensorType.F32, [Experts, Model.Latent], MemoryMarshal.AsBytes(weights.AsSpan()).ToArray()),
        ]);
    }

    private static ReadOnlyMemory<byte> Train()
    {
        ReadOnlyMemory<byte>[] opinions = [.. Enumerable.Range(0, Experts).Select(expert => AnswerBlobs.Scores(
            "logits", Model.Classes, [.. Enumerable.Range(0, 40 * Model.Classes).Select(i => i % Model.Classes % Experts == expert ? 3f : 0)]))];
        return AnswerBlobs.Run(
            new FedGateFunction(), Settings,
            [Start(), Latents(), AnswerBlobs.Shard([.. Enumerable.Range(0, 40).Select(row => (long)row % Model.Classes)]), .. opinions]).Blobs[0];
    }

    private static ReadOnlyMemory<byte> Latents()
    {
        var draws = new Draws(5, (uint)DrawPurpose.Parameter, 0);
        return AnswerBlobs.Scores("latents", Model.Latent, [.. Enumerable.Range(0, 40 * Model.Latent).Select(_ => (float)draws.Next())]);
    }

    private static float[] Values(ReadOnlyMemory<byte> file, string name) => MemoryMarshal.Cast<byte, float>(SafeTensors.Read(file)[name].Data.Span).ToArray();
}
