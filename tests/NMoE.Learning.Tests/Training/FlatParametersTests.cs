using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
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
        Tensor Loss() => Network.Extract(flat, Model, Pictures(), Pass.Training).norm();
        var alone = autograd.grad([Loss()], [.. layout.Select(shape => flat[$"F/{shape.Name}"])]);
        for (var time = 0; time < 2; time++)
        {
            flat.Backward(Loss());
            Assert.Equal(cat([.. alone.Select(gradient => gradient!.flatten())]).data<float>().ToArray(), flat.Gradient.data<float>().ToArray());
        }
    }

    /// <summary>An extractor has leaves whose gradients are added where they lie, and large ones; a loss of the predictor alone reaches none of them.</summary>
    [Fact]
    public void A_parameter_that_a_loss_does_not_meet_has_no_gradient_whatever_it_had_before()
    {
        using var scope = NewDisposeScope();
        using var flat = new FlatParameters((Network.F, ParameterLayout.Of(Model, ModelPart.Extractor, 0), Initial(ModelPart.Extractor)), (Network.H, ParameterLayout.Of(Model, ModelPart.Expert, 0), Initial(ModelPart.Expert)));
        flat.Backward(Network.Extract(flat, Model, Pictures(), Pass.Training).norm());
        Assert.NotEqual(0, flat.Gradient.norm().item<float>());

        flat.Backward(flat["H/0.bias"].sum());

        Assert.Equal(flat["H/0.bias"].NumberOfElements, flat.Gradient.abs().sum().item<float>());
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

    /// <summary>Gradients (3, 4) and (0.3, 0.4) have the norms 5 and 1/2; the norm asked for is 1.</summary>
    [Theory]
    [InlineData(GradientRule.Clip, 3, 4, 0.6, 0.8)]
    [InlineData(GradientRule.Clip, 0.3, 0.4, 0.3, 0.4)]
    [InlineData(GradientRule.Unit, 3, 4, 0.6, 0.8)]
    [InlineData(GradientRule.Unit, 0.3, 0.4, 0.6, 0.8)]
    [InlineData(GradientRule.Unit, 0, 0, 0, 0)]
    [InlineData(GradientRule.None, 3, 4, 3, 4)]
    public void A_gradient_is_scaled_by_the_rule(GradientRule rule, float x, float y, float scaledX, float scaledY)
    {
        using var scope = NewDisposeScope();
        using var flat = new FlatParameters((Network.H, ParameterLayout.Of(Model, ModelPart.Expert, 0), Initial(ModelPart.Expert)));
        flat.Gradient.narrow(0, 0, 2).copy_(tensor(new[] { x, y }));
        flat.ScaleGradient(rule, 1);
        var scaled = flat.Gradient.data<float>().ToArray();
        Assert.Equal(scaledX, scaled[0], 1e-6);
        Assert.Equal(scaledY, scaled[1], 1e-6);
        Assert.All(scaled[2..], value => Assert.Equal(0, value));
    }

    private static Tensor Pictures()
    {
        var draws = new Draws(1, (uint)DrawPurpose.Augment, 0);
        return Backend.Floats([.. Enumerable.Range(0, 2 * 3 * 32 * 32).Select(_ => (float)draws.NextNormal())], 2, 3, 32, 32);
    }

    internal static ReadOnlyMemory<byte> Initial(ModelPart part) => new InitFunction()
        .Run(new JobContext(LearningJob.Create(new InitParameters(Model, part, 5), 1), [], CancellationToken.None)).Blobs[0];
}
