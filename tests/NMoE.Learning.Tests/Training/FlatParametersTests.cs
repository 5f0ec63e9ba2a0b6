using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Training;

public sealed class FlatParametersTests
{
    private static readonly ModelSpec Model = new(16, 10);

    [Fact]
    public void The_gradient_of_every_layer_arrives_in_the_flat_gradient()
    {
        using var scope = NewDisposeScope();
        var layout = ParameterLayout.Of(Model, ModelPart.Extractor, 0);
        using var flat = new FlatParameters((Network.F, layout, Initial(ModelPart.Extractor)));
        Network.Extract(flat, Model, Pictures(), Pass.Training).norm().backward();
        foreach (var shape in layout)
        {
            Assert.True(flat[$"F/{shape.Name}"].grad!.abs().sum().item<float>() > 0, shape.Name);
        }

        var parts = layout.Sum(shape => flat[$"F/{shape.Name}"].grad!.abs().sum().item<float>());
        Assert.Equal(parts, flat.Gradient.abs().sum().item<float>(), parts * 1e-4);
    }

    [Fact]
    public void A_change_of_the_flat_tensor_is_a_change_of_the_layers()
    {
        using var flat = new FlatParameters((Network.H, ParameterLayout.Of(Model, ModelPart.Expert, 0), Initial(ModelPart.Expert)));
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            flat.Flat.zero_();
        }

        Assert.Equal(0f, flat["H/0.weight"].abs().sum().item<float>());
    }

    private static Tensor Pictures()
    {
        var draws = new Draws(1, (uint)DrawPurpose.Augment, 0);
        return TensorBlobs.Owned([.. Enumerable.Range(0, 2 * 3 * 32 * 32).Select(_ => (float)draws.NextNormal())], 2, 3, 32, 32);
    }

    internal static ReadOnlyMemory<byte> Initial(ModelPart part) => new InitFunction()
        .Run(new JobContext(LearningJob.Create(new InitParameters(Model, part, 5), 1), [], CancellationToken.None)).Blobs[0];
}
