using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Gates;

/// <summary>A gate with hidden layers (<c>gate.model = mlp-W1-W2..</c>).</summary>
public sealed class MlpGateTests
{
    private const int Experts = 4;
    private const int Rows = 200;
    private static readonly ModelSpec Small = new(16, 10) { Extractor = "mlp-7", Gate = "mlp-6-5" };

    /// <summary>As hooks count them in PyTorch, of <c>models.expert</c> in <c>experiments</c>, whose layers are the same.</summary>
    [Theory]
    [InlineData("linear", 128, 10, 1290, 2560)]
    [InlineData("mlp-64", 128, 10, 8906, 17664)]
    [InlineData("mlp-64-32", 128, 10, 10666, 21120)]
    [InlineData("mlp-8", 64, 3, 547, 1072)]
    public void Parameters_and_flop_are_those_that_PyTorch_counts(string gate, int latent, int experts, long parameters, double flops)
    {
        var model = new ModelSpec(16, 10) { Extractor = $"mlp-{latent}", Gate = gate };
        Assert.Equal(parameters, LearningCost.Parameters(model, ModelPart.Gate, experts));
        Assert.Equal(flops, LearningCost.GateForward(model, experts));
        Assert.Equal(3 * 50 * 2 * flops, LearningCost.FedGate(model, experts, 50, 2, RouterNoise.Gaussian));
        Assert.Equal(3 * 50 * 2 * (flops + (2.0 * latent * experts)), LearningCost.FedGate(model, experts, 50, 2, RouterNoise.Shazeer));
        Assert.Equal(50 * flops, LearningCost.Route(model, experts, 50, 0));
    }

    /// <summary>What PyTorch 1.13 makes of parameters that are cosines of their places and latents that are sines.</summary>
    [Fact]
    public void Scores_are_those_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        using var gate = Waving();
        var scores = Network.Score(gate, Small, Experts, Latents(2)).data<float>().ToArray();
        double[] expected = [0.4477, 0.0317, -0.5463, 0.2761, 0.3730, -0.0037, -0.4521, 0.2596];
        Assert.Equal(expected, scores.Select(score => (double)score), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    /// <summary>Each parameter by itself, against differences of a loss that is written out here in double precision.</summary>
    [Fact]
    public void The_gradient_is_that_of_finite_differences_in_double_precision()
    {
        const double step = 1e-6;
        using var scope = NewDisposeScope();
        using var gate = Waving();
        var latents = Latents(2);
        gate.Backward(nn.functional.cross_entropy(Network.Score(gate, Small, Experts, latents), tensor(new long[] { 3, 1 })));
        var (found, values) = (gate.Gradient.data<float>().ToArray(), gate.Flat.data<float>().Select(value => (double)value).ToArray());
        double[] seen = [.. latents.data<float>().Select(value => (double)value)];
        for (var of = 0; of < values.Length; of++)
        {
            double At(double shift) => Loss([.. values.Select((value, place) => place == of ? value + shift : value)], seen);
            Assert.Equal((At(step) - At(-step)) / (2 * step), found[of], 2e-6);
        }

        Assert.True(found.Count(value => value != 0) > values.Length / 2);
    }

    /// <summary>Expert 0 is right where two latents have one sign, expert 1 where they have two: no line parts those.</summary>
    [Theory]
    [InlineData("linear", InputForm.Latent, RouterNoise.Gaussian, 0.3, 0.75)]
    [InlineData("mlp-16", InputForm.Latent, RouterNoise.Gaussian, 0.95, 1)]
    [InlineData("mlp-16", InputForm.Latent, RouterNoise.Jitter, 0.95, 1)]
    [InlineData("mlp-16", InputForm.Latent, RouterNoise.Shazeer, 0.9, 1)]
    [InlineData("mlp-16-8", InputForm.Centred, RouterNoise.Gaussian, 0.95, 1)]
    [InlineData("mlp-16", InputForm.Normalised, RouterNoise.Gaussian, 0.95, 1)]
    public void It_learns_what_a_linear_gate_cannot(string gate, InputForm input, RouterNoise noise, double least, double most)
    {
        var model = new ModelSpec(16, 2) { Extractor = "mlp-2", Gate = gate };
        var settings = new GateParameters(model, 2, [0, 1], 0.02, 20, 60, 0, noise, noise == RouterNoise.Shazeer ? 0 : 0.01, GradientRule.None, 1, GateMode.DenseMixture, 1) { Input = input };
        var latents = AnswerBlobs.Scores("latents", 2, Crossed());
        ReadOnlyMemory<byte>[] moments = input == InputForm.Latent ? [] : [AnswerBlobs.Run(new LatentMomentsFunction(), new LatentMomentsParameters(model), latents).Blobs[0]];
        var start = noise == RouterNoise.Shazeer
            ? AnswerBlobs.Run(new NoisyGateFunction(), new NoisyGateParameters(model, 2)).Blobs[0] : AnswerBlobs.Run(new InitFunction(), new InitParameters(model, ModelPart.Gate, 2)).Blobs[0];

        var trained = AnswerBlobs.Run(new FedGateFunction(), settings, [start, latents, AnswerBlobs.Shard(new long[Rows]), Opinion(0), Opinion(1), .. moments]).Blobs[0];

        var chosen = AnswerBlobs.Run(new RouteFunction(), new RouteParameters(model, FedGate.GateName, 0, 2, 1, []), latents, Served(trained)).Integers;
        Assert.InRange(chosen.Where((expert, row) => expert == Best(row)).Count() / (double)Rows, least, most);
    }

    /// <summary>Clients that may ask experts 0 and 2, and 1 and 2, weigh 1 and 3: the hidden layer is everyone's mean, and a row of the last layer that of those who have it.</summary>
    [Fact]
    public void Clients_with_some_rows_share_the_hidden_layers()
    {
        var first = Gate([1, 5], [10, 20]);
        var second = Gate([3, 9], [40, 80]);

        var averaged = SafeTensors.Read(AnswerBlobs.Run(new GateRowsAverageFunction(), new GateRowsAverageParameters([1, 3], [[0, 2], [1, 2]]), first, second, Gate([0, 0], [7, 7, 7])).Blobs[0]);

        Assert.Equal([2.5f, 8f], Floats(averaged["0.weight"]));
        Assert.Equal([10f, 40f, 65f], Floats(averaged["2.weight"]));
        Assert.Equal([10f, 65f], Floats(SafeTensors.Read(GateRows.Take(SafeTensors.Write(averaged), [0, 2]))["2.weight"]));
        Assert.Equal([2.5f, 8f], Floats(SafeTensors.Read(GateRows.Take(SafeTensors.Write(averaged), [0, 2]))["0.weight"]));
        var put = SafeTensors.Read(GateRows.Put(SafeTensors.Write(averaged), [0, 2], first));
        Assert.Equal([1f, 5f], Floats(put["0.weight"]));
        Assert.Equal([10f, 40f, 20f], Floats(put["2.weight"]));

        static ReadOnlyMemory<byte> Gate(float[] hidden, float[] last) => SafeTensors.Write(
        [
            new("0.weight", TensorType.F32, [hidden.Length, 1], MemoryMarshal.AsBytes<float>(hidden).ToArray()), new("2.weight", TensorType.F32, [last.Length, 1], MemoryMarshal.AsBytes<float>(last).ToArray()),
        ]);

        static float[] Floats(TensorBlob tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
    }

    /// <summary>Stage 1 and 2 know nothing of the gate, and a linear one is not named: what was remembered is found again.</summary>
    [Fact]
    public void Jobs_say_nothing_of_a_linear_gate()
    {
        Assert.Equal(
            LearningJob.Create(new InitParameters(new ModelSpec(16, 10), ModelPart.Gate, 3), 1), LearningJob.Create(new InitParameters(new ModelSpec(16, 10) { Gate = "linear" }, ModelPart.Gate, 3), 1));
        var other = new ModelSpec(16, 10) { Gate = "mlp-8" };
        Assert.Equal(other, LearningJob.Parameters<InitParameters>(LearningJob.Create(new InitParameters(other, ModelPart.Gate, 3), 1)).Model);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("mlp4")]
    [InlineData("mlp-0")]
    public void A_gate_that_there_is_not_is_refused_with_those_that_there_are(string name) =>
        Assert.Contains($"There is no gate '{name}'. Known are: linear, and mlp with widths", Assert.Throws<ModelException>(() => GateModels.Of(name)).Message, StringComparison.Ordinal);

    private static int Best(int row) => Crossed()[2 * row] * Crossed()[(2 * row) + 1] > 0 ? 0 : 1;

    // Rings around nought, so that no row lies near the border.
    private static float[] Crossed() => [.. Enumerable.Range(0, Rows).SelectMany(row =>
    {
        var angle = (Math.PI / 2 * (row % 4)) + 0.35 + (0.9 * new Draws(3, (uint)DrawPurpose.Parameter, (uint)row).Next());
        return new[] { (float)Math.Cos(angle), (float)Math.Sin(angle) };
    })];

    /// <summary>The true class is 0 for all; an expert is sure of it where it is the right one.</summary>
    private static ReadOnlyMemory<byte> Opinion(int expert) =>
        AnswerBlobs.Scores("logits", 2, [.. Enumerable.Range(0, Rows).SelectMany(row => Best(row) == expert ? new[] { 3f, 0f } : [0f, 3f])]);

    private static ReadOnlyMemory<byte> Served(ReadOnlyMemory<byte> trained) => SafeTensors.Write(SafeTensors.Read(trained).Where(tensor => tensor.Name != GateLayout.Noise));

    private static Tensor Latents(int rows) => Backend.Floats([.. Enumerable.Range(0, rows * Small.Latent).Select(i => (float)Math.Sin(0.3 * i))], rows, Small.Latent);

    private static FlatParameters Waving()
    {
        var layout = ParameterLayout.Of(Small, ModelPart.Gate, Experts);
        return new((Network.G, layout, SafeTensors.Write(layout.OrderBy(shape => shape.Name, StringComparer.Ordinal).Select((shape, number) => new TensorBlob(
            shape.Name, TensorType.F32, shape.Shape, MemoryMarshal.AsBytes<float>(Waves(shape, number)).ToArray())))));
    }

    private static float[] Waves(ParameterShape shape, int number)
    {
        var factor = shape.Shape.Length > 1 ? 1 / Math.Sqrt(shape.Count / (double)shape.Shape[0]) : 0.1;
        return [.. Enumerable.Range(0, (int)shape.Count).Select(i => (float)(factor * Math.Cos((0.37 * i) + number)))];
    }

    private static double Loss(double[] flat, double[] latents)
    {
        double[] now = latents;
        var at = 0;
        foreach (var (input, output) in new[] { (7, 6), (6, 5), (5, Experts) })
        {
            var (before, from) = (now, at);
            now = [.. Enumerable.Range(0, 2 * output).Select(slot =>
            {
                var sum = flat[from + (input * output) + (slot % output)];
                for (var i = 0; i < input; i++)
                    sum += flat[from + (slot % output * input) + i] * before[(slot / output * input) + i];
                return output == Experts ? sum : Math.Max(sum, 0);
            })];
            at += (input + 1) * output;
        }

        return (Entropy(now[..Experts], 3) + Entropy(now[Experts..], 1)) / 2;
    }

    private static double Entropy(double[] scores, int of) => Math.Log(scores.Sum(Math.Exp)) - scores[of];
}
