using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Models;

public sealed class InitFunctionTests
{
    private static readonly ModelSpec Model = new(16, 10);

    [Theory]
    [InlineData(ModelPart.Extractor)]
    [InlineData(ModelPart.Expert)]
    [InlineData(ModelPart.Gate)]
    public void Every_parameter_is_finite_norms_are_one_and_biases_zero(ModelPart part)
    {
        foreach (var tensor in SafeTensors.Read(Draw(part, 1)))
        {
            var values = Values(tensor);
            Assert.All(values, value => Assert.True(float.IsFinite(value), tensor.Name));
            if (tensor.Shape.Length == 1)
            {
                var expected = tensor.Name.EndsWith("bias", StringComparison.Ordinal) ? 0f : 1f;
                Assert.All(values, value => Assert.Equal(expected, value));
            }
        }
    }

    /// <summary>He et al. (2015): variance 2 / fan-out of each convolution. The sample variance of n uniform draws has a relative standard error of sqrt(0.8 / n).</summary>
    [Fact]
    public void Convolutions_have_the_variance_of_He()
    {
        foreach (var tensor in SafeTensors.Read(Draw(ModelPart.Extractor, 1)).Where(tensor => tensor.Shape.Length == 4))
        {
            var values = Values(tensor);
            var expected = 2.0 / (tensor.Shape[0] * tensor.Shape[2] * tensor.Shape[3]);
            var measured = values.Average(value => (double)value * value);
            Assert.Equal(1, measured / expected, 4 * Math.Sqrt(0.8 / values.Length));
        }
    }

    [Fact]
    public void The_first_layer_of_an_expert_does_not_see_what_all_dimensions_have_in_common()
    {
        var tensors = SafeTensors.Read(Draw(ModelPart.Expert, 1));
        var first = tensors["0.weight"];
        var columns = (int)first.Shape[1];
        Assert.All(Values(first).Chunk(columns), row => Assert.Equal(0, row.Sum(weight => (double)weight), 1e-4));
    }

    [Fact]
    public void An_expert_predicts_all_classes_alike_at_first_and_a_gate_does_not()
    {
        Assert.All(Values(SafeTensors.Read(Draw(ModelPart.Expert, 1))["6.weight"]), weight => Assert.Equal(0f, weight));
        Assert.Contains(Values(SafeTensors.Read(Draw(ModelPart.Gate, 1))["weight"]), weight => weight != 0f);
    }

    [Fact]
    public void Another_key_draws_other_parameters_and_the_same_key_the_same()
    {
        Assert.Equal(Draw(ModelPart.Gate, 1).ToArray(), Draw(ModelPart.Gate, 1).ToArray());
        Assert.NotEqual(Draw(ModelPart.Gate, 1).ToArray(), Draw(ModelPart.Gate, 2).ToArray());
    }

    private static float[] Values(TensorBlob tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();

    private static ReadOnlyMemory<byte> Draw(ModelPart part, ulong seed) => new InitFunction()
        .Run(new JobContext(LearningJob.Create(new InitParameters(Model, part, 5), seed), [], CancellationToken.None)).Blobs[0];
}
