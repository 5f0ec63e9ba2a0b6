using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Models;

/// <summary>Against the published counts of ResNet-18 for 32x32 pictures and of the paper's expert.</summary>
public sealed class ParameterLayoutTests
{
    private static readonly ModelSpec Paper = new(64, 10);

    [Fact]
    public void The_extractor_has_the_parameters_of_the_standard_network_without_its_classifier()
    {
        const long withClassifier = 11_173_962;
        Assert.Equal(11_168_832, LearningCost.Parameters(Paper, ModelPart.Extractor, 0));
        Assert.Equal(withClassifier - (512 * 10) - 10, LearningCost.Parameters(Paper, ModelPart.Extractor, 0));
    }

    [Fact]
    public void The_expert_has_the_parameters_of_the_paper() =>
        Assert.Equal(428_170, LearningCost.Parameters(Paper, ModelPart.Expert, 0));

    [Fact]
    public void The_gate_is_one_linear_layer() =>
        Assert.Equal((512 * 10) + 10, LearningCost.Parameters(Paper, ModelPart.Gate, 10));

    [Fact]
    public void Names_are_those_of_the_standard_network()
    {
        var names = ParameterLayout.Of(Paper, ModelPart.Extractor, 0).Select(shape => shape.Name).ToArray();
        Assert.Equal(60, names.Length);
        Assert.Equal(["conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight"], names[..4]);
        Assert.Contains("layer2.0.downsample.0.weight", names);
        Assert.Contains("layer4.1.bn2.bias", names);
        Assert.DoesNotContain("layer1.0.downsample.0.weight", names);
    }

    /// <summary>0.5567 GFLOP multiply-adds is the figure usually given for this network on 32x32 pictures.</summary>
    [Fact]
    public void The_cost_of_a_picture_is_the_published_one() =>
        Assert.Equal(2 * 0.5567e9, LearningCost.ExtractorForward(Paper), 0.01e9);
}
