using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Models;

public sealed class BatchNormTests
{
    private static readonly ModelSpec Model = new(16, 10) { Norm = NormKind.Batch };

    /// <summary>The published state of the standard network has 122 entries, two of them the classifier's.</summary>
    [Fact]
    public void The_extractor_has_the_standard_networks_state()
    {
        var names = ParameterLayout.Of(new(64, 10) { Norm = NormKind.Batch }, ModelPart.Extractor, 0).Select(shape => shape.Name).ToArray();
        Assert.Equal(122 - 2, names.Length);
        Assert.Equal(["conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked"], names[..6]);
    }

    /// <summary>PyTorch's rule from its documentation: running = 0.9 running + 0.1 batch, the variance unbiased; recomputed here for the stem.</summary>
    [Fact]
    public void Running_statistics_follow_the_batches()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters((Network.F, ParameterLayout.Of(Model, ModelPart.Extractor, 0), Initial()));
        var pictures = Pictures();
        var stem = nn.functional.conv2d(pictures, model["F/conv1.weight"], null, padding: [1, 1]).to(float64);
        var values = stem.transpose(0, 1).reshape(16, -1);
        var mean = values.mean([1]);
        var variance = values.var(1, unbiased: true);
        Network.Extract(model, Model, pictures, Pass.Training);
        for (var channel = 0; channel < 16; channel++)
        {
            Assert.Equal(0.1 * mean[channel].item<double>(), model["F/bn1.running_mean"][channel].item<float>(), 1e-5);
            Assert.Equal(0.9 + (0.1 * variance[channel].item<double>()), model["F/bn1.running_var"][channel].item<float>(), 1e-5);
        }
    }

    [Fact]
    public void Evaluation_reads_statistics_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new FlatParameters((Network.F, ParameterLayout.Of(Model, ModelPart.Extractor, 0), Initial()));
        Network.Extract(model, Model, Pictures(), Pass.Training);
        var before = model.File(Network.F).ToArray();
        var all = Network.Extract(model, Model, Pictures(), Pass.Evaluation);
        var one = Network.Extract(model, Model, Pictures()[..1], Pass.Evaluation);
        Assert.Equal(before, model.File(Network.F).ToArray());

        // A sample's latent does not depend on what else is in the batch.
        Assert.Equal(0, all[..1].add(one, alpha: Minus).abs().max().item<float>(), 1e-5f);
        Assert.Equal(1L, BitConverter.ToInt64(SafeTensors.Read(before)["layer4.1.bn2.num_batches_tracked"].Data.Span));
    }

    private static readonly TorchSharp.Scalar Minus = -1;

    private static Tensor Pictures()
    {
        var draws = new Draws(1, (uint)DrawPurpose.Augment, 0);
        return Backend.Floats([.. Enumerable.Range(0, 8 * 3 * 32 * 32).Select(_ => (float)draws.NextNormal())], 8, 3, 32, 32);
    }

    private static ReadOnlyMemory<byte> Initial() => new InitFunction()
        .Run(new JobContext(LearningJob.Create(new InitParameters(Model, ModelPart.Extractor, 0), 1), [], CancellationToken.None)).Blobs[0];
}
