using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Tests.Training;

/// <summary>
/// The gradient that a job of FedCE steps by, read off its weights: plain SGD at rate 1 without momentum, decay or clipping. The loss that it is held to is computed here in double
/// precision by another program of ResNet-18 and the MLP.
/// </summary>
public sealed class FedCeGradientTests
{
    private const int Rows = 6;
    private const double Rate = 0.5;
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly FedCeParameters OneStep = new(Model, Rate, 0, 0, Rows, 1, 1e6, Augmentation.None, 0);
    private static readonly ReadOnlyMemory<byte> F = FlatParametersTests.Initial(ModelPart.Extractor);
    private static readonly ReadOnlyMemory<byte> H = WithLastLayer(FlatParametersTests.Initial(ModelPart.Expert));
    private static readonly byte[] Images = Drawn();
    private static readonly long[] Labels = [3, 0, 9, 3, 5, 1];

    [Fact]
    public void The_gradient_of_the_cross_entropy_is_that_of_finite_differences()
    {
        // So small that hardly a ReLU passes its kink: of a hundred thousand units in a layer, one in ten times.
        const double small = 1e-7;
        var before = Weights(F, H);
        var after = Train(OneStep);
        string[] probed =
        [
            "F/conv1.weight", "F/layer1.0.bn1.weight", "F/layer2.0.downsample.0.weight", "F/layer3.1.conv1.weight", "F/layer4.1.bn2.bias",
            "H/0.weight", "H/2.bias", "H/4.weight", "H/6.weight", "H/6.bias",
        ];
        foreach (var name in probed)
        {
            var gradient = before[name].Zip(after[name], (old, now) => (old - now) / Rate).ToArray();
            var largest = Enumerable.Range(0, gradient.Length).MaxBy(i => Math.Abs(gradient[i]));
            var expected = (LossAt(before, name, largest, small) - LossAt(before, name, largest, -small)) / (2 * small);
            Assert.True(Math.Abs(expected) > 1e-4, $"{name}: there is no gradient to compare.");
            Assert.Equal(expected, gradient[largest], (2e-3 * Math.Abs(expected)) + 1e-6);
        }
    }

    [Fact]
    public void The_loss_that_is_reported_is_that_of_double_precision()
    {
        var weights = Weights(F, H);
        Assert.Equal(
            LossAt(weights, "H/6.bias", 0, 0), AnswerBlobs.Run(new FedCeFunction(), OneStep, F, H, Shard()).Metrics["loss"], 1e-4);
    }

    /// <summary>There is no pull at the start; one step away, w_1, it is the derivative of mu/2 |w - w_0|^2, which a second step shows beside one without it.</summary>
    [Fact]
    public void The_gradient_of_the_pull_is_that_of_finite_differences()
    {
        const double mu = 0.7, small = 1e-4;
        var (start, moved) = (Weights(F, H), Train(OneStep));
        var (plain, pulled) = (Train(OneStep with { Epochs = 2 }), Train(OneStep with { Epochs = 2, Proximal = mu }));
        var largest = 0.0;
        foreach (var name in start.Keys)
        {
            for (var i = 0; i < start[name].Length; i += 7)
            {
                var (from, at) = (start[name][i], moved[name][i]);
                var expected = (Penalty(at + small, from) - Penalty(at - small, from)) / (2 * small);
                Assert.Equal(expected, (plain[name][i] - pulled[name][i]) / Rate, 2e-6 + (1e-6 * Math.Abs(plain[name][i])));
                largest = Math.Max(largest, Math.Abs(expected));
            }
        }

        Assert.True(largest > 1e-3, "Nothing was pulled.");

        static double Penalty(double weight, double from) => mu / 2 * (weight - from) * (weight - from);
    }

    private static SortedDictionary<string, double[]> Train(FedCeParameters parameters)
    {
        var output = AnswerBlobs.Run(new FedCeFunction(), parameters, F, H, Shard());
        return Weights(output.Blobs[0], output.Blobs[1]);
    }

    private static double LossAt(SortedDictionary<string, double[]> weights, string moved, int place, double by)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var shapes = Layout().ToDictionary(item => item.Name, item => item.Shape);
        var parameters = weights.ToDictionary(
            pair => pair.Key, pair => tensor([.. pair.Value.Select((value, i) => pair.Key == moved && i == place ? value + by : value)], shapes[pair.Key]));
        return functional.cross_entropy(Logits(parameters, Normalised()), tensor(Labels)).item<double>();
    }

    private static Tensor Logits(Dictionary<string, Tensor> p, Tensor pictures)
    {
        var x = functional.relu(Normed("bn1", Folded("conv1", pictures, 1)));
        for (var stage = 1; stage <= 4; stage++)
        {
            foreach (var block in new[] { $"layer{stage}.0", $"layer{stage}.1" })
            {
                var stride = stage > 1 && block.EndsWith('0') ? 2 : 1;
                var inner = functional.relu(Normed($"{block}.bn1", Folded($"{block}.conv1", x, stride)));
                inner = Normed($"{block}.bn2", Folded($"{block}.conv2", inner, 1));
                x = functional.relu(inner + (stride == 1 ? x : Normed($"{block}.downsample.1", Folded($"{block}.downsample.0", x, stride))));
            }
        }

        x = x.mean([2, 3]);
        foreach (var layer in new[] { 0, 2, 4 })
        {
            x = functional.relu(x.mm(p[$"H/{layer}.weight"].t()) + p[$"H/{layer}.bias"]);
        }

        return x.mm(p["H/6.weight"].t()) + p["H/6.bias"];

        Tensor Normed(string name, Tensor of) => functional.group_norm(of, 8, p[$"F/{name}.weight"], p[$"F/{name}.bias"], 1e-5);

        Tensor Folded(string name, Tensor of, int stride)
        {
            var kernel = p[$"F/{name}.weight"];
            var padding = kernel.shape[2] / 2;
            return functional.conv2d(of, kernel, null, strides: [stride, stride], padding: [padding, padding]);
        }
    }

    /// <summary>The usual mean and deviation of CIFAR-10's channels.</summary>
    private static Tensor Normalised()
    {
        double[] mean = [0.4914, 0.4822, 0.4465], deviation = [0.2470, 0.2434, 0.2615];
        return tensor([.. Images.Select((level, i) => ((level / 255.0) - mean[i / 1024 % 3]) / deviation[i / 1024 % 3])], [Rows, 3, 32, 32]);
    }

    private static IEnumerable<(string Name, long[] Shape)> Layout() =>
        ParameterLayout.Of(Model, ModelPart.Extractor, 0).Select(shape => ($"F/{shape.Name}", shape.Shape.ToArray()))
            .Concat(ParameterLayout.Of(Model, ModelPart.Expert, 0).Select(shape => ($"H/{shape.Name}", shape.Shape.ToArray())));

    private static SortedDictionary<string, double[]> Weights(ReadOnlyMemory<byte> extractor, ReadOnlyMemory<byte> predictor) => new(
        SafeTensors.Read(extractor).Select(tensor => (Name: $"F/{tensor.Name}", Tensor: tensor))
            .Concat(SafeTensors.Read(predictor).Select(tensor => (Name: $"H/{tensor.Name}", Tensor: tensor)))
            .ToDictionary(item => item.Name, item => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(item.Tensor.Data.Span).ToArray(), value => (double)value)),
        StringComparer.Ordinal);

    /// <summary>A predictor starts with a last layer of zeros, through which nothing flows back.</summary>
    private static ReadOnlyMemory<byte> WithLastLayer(ReadOnlyMemory<byte> predictor)
    {
        var draws = new Draws(9, (uint)DrawPurpose.Parameter, 0);
        return SafeTensors.Write(SafeTensors.Read(predictor).Select(tensor => tensor.Name == "6.weight"
            ? tensor with { Data = MemoryMarshal.AsBytes(Enumerable.Range(0, tensor.Data.Length / sizeof(float)).Select(_ => (float)(0.2 * (draws.Next() - 0.5))).ToArray().AsSpan()).ToArray() }
            : tensor));
    }

    private static byte[] Drawn()
    {
        var draws = new Draws(8, (uint)DrawPurpose.Parameter, 0);
        return [.. Enumerable.Range(0, Rows * 3072).Select(_ => (byte)draws.Next(256))];
    }

    private static ReadOnlyMemory<byte> Shard() => SafeTensors.Write(
    [
        new TensorBlob("images", TensorType.U8, [Rows, 3, 32, 32], Images),
        new TensorBlob("labels", TensorType.I64, [Rows], MemoryMarshal.AsBytes(Labels.AsSpan()).ToArray()),
    ]);
}
