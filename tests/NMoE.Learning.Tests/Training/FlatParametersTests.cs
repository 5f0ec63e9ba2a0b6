using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Training;

public sealed class FlatParametersTests
{
    private static readonly ModelSpec Model = new(8, 10);

    [Fact]
    public void The_gradient_of_every_layer_arrives_in_the_flat_gradient()
    {
        var layout = ParameterLayout.Of(Model, ModelPart.Extractor, 0);
        using var flat = new FlatParameters((Network.F, layout, Initial(ModelPart.Extractor)));
        Network.Extract(flat, Model, randn(2, 3, 32, 32, generator: new Generator(1))).square().sum().backward();
        foreach (var shape in layout)
        {
            Assert.True(flat[$"F/{shape.Name}"].grad!.abs().sum().item<float>() > 0, shape.Name);
        }

        var parts = layout.Sum(shape => flat[$"F/{shape.Name}"].grad!.square().sum().item<float>());
        Assert.Equal(parts, flat.Gradient.square().sum().item<float>(), parts * 1e-4);
    }

    [Fact]
    public void A_change_of_the_flat_tensor_is_a_change_of_the_layers()
    {
        using var flat = new FlatParameters((Network.H, ParameterLayout.Of(Model, ModelPart.Expert, 0), Initial(ModelPart.Expert)));
        using (no_grad())
        {
            flat.Flat.fill_(3);
        }

        Assert.Equal(3f, flat["H/0.weight"][0, 0].item<float>());
    }

    internal static ReadOnlyMemory<byte> Initial(ModelPart part) => new InitFunction()
        .Run(new JobContext(LearningJob.Create(new InitParameters(Model, part, 5), 1), [], CancellationToken.None)).Blobs[0];
}
