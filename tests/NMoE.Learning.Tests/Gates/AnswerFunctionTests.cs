using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tests.Metrics;

namespace NMoE.Learning.Tests.Gates;

/// <summary>Two rows, two experts a row, two classes; worked by hand.</summary>
public sealed class AnswerFunctionTests
{
    private static readonly float[] Weights = [0.25f, 0.75f, 1f, 0f];

    /// <summary>Row 0: logits 0.25 (4, 0) + 0.75 (0, 2) = (1, 1.5). Row 1: expert 1 alone, (3, 1).</summary>
    [Fact]
    public void Logits_are_mixed_before_the_softmax() =>
        AssertAnswers(Mixture.Logits, 1 / (1 + Math.Exp(0.5)), 1 / (1 + Math.Exp(-2)));

    /// <summary>Row 0: 0.25 softmax(4, 0) + 0.75 softmax(0, 2).</summary>
    [Fact]
    public void Probabilities_are_mixed_after_it() =>
        AssertAnswers(Mixture.Probabilities, (0.25 / (1 + Math.Exp(-4))) + (0.75 / (1 + Math.Exp(2))), 1 / (1 + Math.Exp(-2)));

    private static void AssertAnswers(Mixture mixture, double first, double second)
    {
        var answer = AnswerBlobs.Run(
            new AnswerFunction(), new AnswerParameters(2, 2, [0, 1], [0, 1, 1, 0], mixture),
            AnswerBlobs.Scores("weights", 2, Weights), AnswerBlobs.Scores("logits", 2, 4, 0, 9, 9), AnswerBlobs.Scores("logits", 2, 0, 2, 3, 1));
        var values = MemoryMarshal.Cast<byte, float>(SafeTensors.Read(answer.Blobs[0])["probabilities"].Data.Span);
        Assert.Equal([first, 1 - first, second, 1 - second], values.ToArray().Select(value => Math.Round((double)value, 6)), new Close());
    }

    private sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-6;

        public int GetHashCode(double obj) => 0;
    }
}
