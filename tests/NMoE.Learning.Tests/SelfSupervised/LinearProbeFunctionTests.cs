using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.SelfSupervised;

public sealed class LinearProbeFunctionTests
{
    private static readonly ModelSpec Model = new(16, 10);

    [Fact]
    public void Latents_that_a_line_parts_are_told_apart_on_samples_never_seen() =>
        Assert.Equal(1, Probe(signal: 3).Metrics["accuracy"]);

    /// <summary>Labels that have nothing to do with the latents: chance, 1 in 10, within four standard errors of 200 samples.</summary>
    [Fact]
    public void Latents_that_say_nothing_are_told_apart_by_chance() =>
        Assert.Equal(0.1, Probe(signal: 0).Metrics["accuracy"], 4 * Math.Sqrt(0.09 / 200));

    private static JobOutput Probe(float signal)
    {
        var (train, truth) = Samples(0, 400, signal);
        var (test, expected) = Samples(1, 200, signal);
        return AnswerBlobs.Run(
            new LinearProbeFunction(), new LinearProbeParameters(Model, 1, 3e-3, 64, 30), train, AnswerBlobs.Shard(truth), test, AnswerBlobs.Shard(expected));
    }

    private static (ReadOnlyMemory<byte> Latents, long[] Labels) Samples(uint stream, int rows, float signal)
    {
        var draws = new Draws(4, (uint)DrawPurpose.Noise, stream);
        var labels = Enumerable.Range(0, rows).Select(row => row % 10L).ToArray();
        var values = labels.SelectMany(label => Enumerable.Range(0, Model.Latent).Select(i => (float)(0.3 * draws.NextNormal()) + (i == label ? signal : 0)));
        return (AnswerBlobs.Scores("latents", Model.Latent, [.. values]), labels);
    }
}
