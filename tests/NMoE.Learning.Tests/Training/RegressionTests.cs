using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Training;

/// <summary>Logistic regression on pixels, trained by its own loop, against the textbook's sums in double precision.</summary>
public sealed class RegressionTests
{
    private const int Rows = 23;
    private const int Inputs = 5 * 7;
    private const int Classes = 4;
    private static readonly ModelSpec Model = new(16, Classes)
    {
        Extractor = "linear",
        Expert = "linear",
        Shape = new(1, 5, 7),
        Traits = PictureTraits.Grey(0.4, 0.2),
    };

    private static readonly byte[] Images = Drawn(Rows * Inputs, 256, 1);
    private static readonly long[] Labels = [.. Drawn(Rows, Classes, 2).Select(label => (long)label)];

    /// <summary>Each row is one option of FedCE beside plain SGD.</summary>
    [Theory]
    [InlineData(0.0, 0.0, 1e6, 0.0)]
    [InlineData(0.9, 0.0, 1e6, 0.0)]
    [InlineData(0.0, 0.05, 1e6, 0.0)]
    [InlineData(0.0, 0.0, 0.3, 0.0)]
    [InlineData(0.0, 0.0, 1.5, 0.0)]
    [InlineData(0.0, 0.0, 1e6, 0.7)]
    [InlineData(0.5, 0.01, 0.5, 0.1)]
    public void A_round_is_that_of_double_precision(double momentum, double decay, double clip, double proximal)
    {
        var settings = new FedCeParameters(Model, 0.1, momentum, decay, 6, 3, clip, Augmentation.None, proximal);
        var output = AnswerBlobs.Run(new FedCeFunction(), settings, Part(ModelPart.Extractor), Part(ModelPart.Expert), Shard());
        var (weights, loss, accuracy) = Expected(settings, 1);
        var trained = Values(output.Blobs[1]);
        Assert.All(weights.Zip(trained), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Contains(trained, value => Math.Abs(value) > 0.02);
        Assert.Equal(loss, output.Metrics["loss"], 1e-5);
        Assert.Equal(accuracy, output.Metrics["accuracy"], 1e-12);
    }

    [Fact]
    public void A_diverged_loss_is_told_as_it_is()
    {
        var expert = SafeTensors.Write(SafeTensors.Read(Part(ModelPart.Expert)).Select(tensor => tensor.Name == "0.bias"
            ? tensor with { Data = MemoryMarshal.AsBytes<float>(new[] { float.NaN, 0, 0, 0 }).ToArray() } : tensor));
        var settings = new FedCeParameters(Model, 0.1, 0, 0, 6, 1, 1, Augmentation.None, 0);
        Assert.True(double.IsNaN(AnswerBlobs.Run(new FedCeFunction(), settings, Part(ModelPart.Extractor), expert, Shard()).Metrics["loss"]));
    }

    [Theory]
    [InlineData("linear", "linear", true)]
    [InlineData("linear", "mlp4", false)]
    [InlineData("mlp", "linear", false)]
    [InlineData("resnet18", "linear", false)]
    public void Only_pixels_with_one_layer_go_this_way(string extractor, string expert, bool fits) =>
        Assert.Equal(fits, Regression.Fits(Model with { Extractor = extractor, Expert = expert }));

    private static (double[] Weights, double Loss, double Accuracy) Expected(FedCeParameters settings, ulong seed)
    {
        const int parameters = Classes * (Inputs + 1);
        var (weights, velocity) = (new double[parameters], new double[parameters]);
        double loss = 0, right = 0;
        for (uint epoch = 0; epoch < settings.Epochs; epoch++)
        {
            (loss, right) = (0, 0);
            foreach (var batch in new Draws(seed, (uint)DrawPurpose.Shuffle, epoch).Permutation(Rows).Chunk(settings.Batch))
            {
                var gradient = new double[parameters];
                foreach (var row in batch)
                {
                    var x = Enumerable.Range(0, Inputs).Select(i => ((Images[(row * Inputs) + i] / 255.0) - 0.4) / 0.2).ToArray();
                    var logits = Enumerable.Range(0, Classes).Select(of => weights[(Classes * Inputs) + of] + x.Select((value, i) => value * weights[(of * Inputs) + i]).Sum()).ToArray();
                    var sum = logits.Sum(Math.Exp);
                    loss += (Math.Log(sum) - logits[Labels[row]]) / Rows;
                    right += Array.IndexOf(logits, logits.Max()) == Labels[row] ? 1.0 / Rows : 0;
                    for (var of = 0; of < Classes; of++)
                    {
                        var error = ((Math.Exp(logits[of]) / sum) - (of == Labels[row] ? 1 : 0)) / batch.Length;
                        gradient[(Classes * Inputs) + of] += error;
                        for (var i = 0; i < Inputs; i++)
                            gradient[(of * Inputs) + i] += error * x[i];
                    }
                }

                // The start is zero, so that the pull goes to zero.
                gradient = [.. gradient.Zip(weights, (slope, weight) => slope + (settings.Proximal * weight))];
                var length = Math.Sqrt(gradient.Sum(slope => slope * slope));
                var scale = length > settings.Clip ? settings.Clip / length : 1;
                for (var i = 0; i < parameters; i++)
                {
                    velocity[i] = (settings.Momentum * velocity[i]) + (scale * gradient[i]) + (settings.WeightDecay * weights[i]);
                    weights[i] -= settings.LearningRate * velocity[i];
                }
            }
        }

        return (weights, loss, right);
    }

    private static float[] Values(ReadOnlyMemory<byte> file)
    {
        var tensors = SafeTensors.Read(file);
        return [.. new[] { "0.weight", "0.bias" }.SelectMany(name => MemoryMarshal.Cast<byte, float>(tensors[name].Data.Span).ToArray())];
    }

    private static byte[] Drawn(int count, int bound, uint stream)
    {
        var draws = new Draws(5, 1, stream);
        return [.. Enumerable.Range(0, count).Select(_ => (byte)draws.Next(bound))];
    }

    private static ReadOnlyMemory<byte> Part(ModelPart part) => AnswerBlobs.Run(new InitFunction(), new InitParameters(Model, part, 0)).Blobs[0];

    private static byte[] Shard() => SafeTensors.Write(
    [
        new TensorBlob("images", TensorType.U8, [Rows, 1, 5, 7], Images), new TensorBlob("labels", TensorType.I64, [Rows], MemoryMarshal.AsBytes<long>(Labels).ToArray()),
    ]);
}
