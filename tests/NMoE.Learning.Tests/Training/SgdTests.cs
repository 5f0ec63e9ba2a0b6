using NMoE.Learning.Models;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Training;

/// <summary>A step goes through memory in pieces, of which the extractor has several and a last one that is not full. It gives what whole tensors give, to the bit.</summary>
public sealed class SgdTests
{
    private const double Rate = 0.05;

    [Theory]
    [InlineData(0, 0, 0, 1e6, false)]
    [InlineData(0.9, 0, 0, 1e6, false)]
    [InlineData(0, 5e-4, 0, 1e6, false)]
    [InlineData(0.9, 5e-4, 0, 0.5, false)]
    [InlineData(0.9, 5e-4, 0.1, 0.5, false)]
    [InlineData(0, 5e-4, 0, 0.5, true)]
    public void A_step_is_that_of_whole_tensors(double momentum, double decay, double proximal, double clip, bool corrected)
    {
        using var scope = NewDisposeScope();
        using var model = new FlatParameters((Network.F, ParameterLayout.Of(new ModelSpec(16, 10), ModelPart.Extractor, 0), FlatParametersTests.Initial(ModelPart.Extractor)));
        var waves = arange(model.Flat.NumberOfElements, ScalarType.Float32);
        var correction = corrected ? (waves * 0.3f).cos() : null;
        using var optimiser = new Sgd(model, Rate, momentum, decay, proximal) { Correction = correction };
        var (weights, start, velocity) = (model.Flat.clone(), model.Flat.clone(), zeros_like(model.Flat));
        for (var step = 1; step <= 3; step++)
        {
            var gradient = (waves * step).sin();
            model.Gradient.copy_(gradient);
            gradient = proximal > 0 ? gradient.add(weights, alpha: proximal).add(start, alpha: -proximal) : gradient;
            var length = gradient.norm().item<float>();
            gradient = length > clip ? gradient * (clip / length) : gradient;
            gradient = gradient.add(weights, alpha: decay);
            gradient = correction is null ? gradient : gradient + correction;
            velocity = (velocity * momentum) + gradient;
            weights = weights.add(velocity, alpha: -Rate);

            optimiser.Step(clip);

            Assert.Equal(weights.data<float>().ToArray(), model.Flat.data<float>().ToArray());
        }
    }
}
