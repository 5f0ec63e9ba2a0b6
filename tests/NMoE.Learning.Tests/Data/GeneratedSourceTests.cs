using System.Numerics;
using NMoE.Learning.Data;

namespace NMoE.Learning.Tests.Data;

public sealed class GeneratedSourceTests
{
    [Fact]
    public void A_picture_depends_only_on_seed_split_and_number()
    {
        Assert.Equal(Picture(new(1), DataSplit.Train, 17), Picture(new(1), DataSplit.Train, 17));
        Assert.NotEqual(Picture(new(1), DataSplit.Train, 17), Picture(new(2), DataSplit.Train, 17));
        Assert.NotEqual(Picture(new(1), DataSplit.Train, 17), Picture(new(1), DataSplit.Test, 17));
        Assert.NotEqual(Picture(new(1), DataSplit.Train, 17), Picture(new(1), DataSplit.Train, 27));
    }

    [Fact]
    public void Every_class_is_equally_frequent()
    {
        var source = new GeneratedSource(1);
        var counts = Enumerable.Range(0, source.Count(DataSplit.Train)).CountBy(i => source.Label(DataSplit.Train, i));
        Assert.Equal(Enumerable.Range(0, 10).Select(label => (label, 500)), counts.Select(c => (c.Key, c.Value)).Order());
    }

    [Fact]
    public void A_linear_classifier_on_pixels_fails()
    {
        var source = new GeneratedSource(1);
        var weights = SoftmaxRegression(source, pictures: 500, epochs: 15, rate: 0.0002f);

        // It knows what it has seen, so it did learn; what it learned does not carry over.
        Assert.InRange(Accuracy(weights, source, DataSplit.Train), 0.7, 1.0);
        Assert.InRange(Accuracy(weights, source, DataSplit.Test), 0.0, 0.35);
    }

    private static double Accuracy(float[][] weights, GeneratedSource source, DataSplit split) =>
        Enumerable.Range(0, 500).Average(i => Best(weights, Inputs(source, split, i)) == source.Label(split, i) ? 1.0 : 0.0);

    private static float[][] SoftmaxRegression(GeneratedSource source, int pictures, int epochs, float rate)
    {
        var weights = Enumerable.Range(0, 10).Select(_ => new float[3073]).ToArray();
        var inputs = Enumerable.Range(0, pictures).Select(i => Inputs(source, DataSplit.Train, i)).ToArray();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            for (var i = 0; i < pictures; i++)
                Step(weights, inputs[i], source.Label(DataSplit.Train, i), rate);
        }

        return weights;
    }

    private static void Step(float[][] weights, float[] input, int label, float rate)
    {
        var scores = weights.Select(w => Dot(w, input)).ToArray();
        var shifted = scores.Select(s => MathF.Exp(s - scores.Max())).ToArray();
        for (var c = 0; c < weights.Length; c++)
        {
            var step = rate * ((c == label ? 1 : 0) - (shifted[c] / shifted.Sum()));
            for (var k = 0; k < input.Length; k++)
                weights[c][k] += step * input[k];
        }
    }

    private static int Best(float[][] weights, float[] input) => Enumerable.Range(0, 10).MaxBy(c => Dot(weights[c], input));

    private static float Dot(float[] left, float[] right)
    {
        var sum = Vector<float>.Zero;
        var width = Vector<float>.Count;
        var k = 0;
        for (; k + width <= left.Length; k += width)
            sum += new Vector<float>(left, k) * new Vector<float>(right, k);
        var rest = Vector.Sum(sum);
        for (; k < left.Length; k++)
            rest += left[k] * right[k];
        return rest;
    }

    private static float[] Inputs(GeneratedSource source, DataSplit split, int index) =>
        [.. Picture(source, split, index).Select(value => (value / 127.5f) - 1), 1];

    private static byte[] Picture(GeneratedSource source, DataSplit split, int index)
    {
        var bytes = new byte[3072];
        source.CopyPicture(split, index, bytes);
        return bytes;
    }
}
