using NMoE.Learning.Cost;
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

    /// <summary>The keys of torchvision's <c>resnet18().state_dict()</c> without <c>fc</c> and without batch norm's statistics, in its order.</summary>
    [Fact]
    public void Names_are_those_of_the_standard_network()
    {
        string[] published =
        [
            "conv1.weight", "bn1.weight", "bn1.bias",
            "layer1.0.conv1.weight", "layer1.0.bn1.weight", "layer1.0.bn1.bias", "layer1.0.conv2.weight", "layer1.0.bn2.weight", "layer1.0.bn2.bias",
            "layer1.1.conv1.weight", "layer1.1.bn1.weight", "layer1.1.bn1.bias", "layer1.1.conv2.weight", "layer1.1.bn2.weight", "layer1.1.bn2.bias",
            "layer2.0.conv1.weight", "layer2.0.bn1.weight", "layer2.0.bn1.bias", "layer2.0.conv2.weight", "layer2.0.bn2.weight", "layer2.0.bn2.bias",
            "layer2.0.downsample.0.weight", "layer2.0.downsample.1.weight", "layer2.0.downsample.1.bias",
            "layer2.1.conv1.weight", "layer2.1.bn1.weight", "layer2.1.bn1.bias", "layer2.1.conv2.weight", "layer2.1.bn2.weight", "layer2.1.bn2.bias",
            "layer3.0.conv1.weight", "layer3.0.bn1.weight", "layer3.0.bn1.bias", "layer3.0.conv2.weight", "layer3.0.bn2.weight", "layer3.0.bn2.bias",
            "layer3.0.downsample.0.weight", "layer3.0.downsample.1.weight", "layer3.0.downsample.1.bias",
            "layer3.1.conv1.weight", "layer3.1.bn1.weight", "layer3.1.bn1.bias", "layer3.1.conv2.weight", "layer3.1.bn2.weight", "layer3.1.bn2.bias",
            "layer4.0.conv1.weight", "layer4.0.bn1.weight", "layer4.0.bn1.bias", "layer4.0.conv2.weight", "layer4.0.bn2.weight", "layer4.0.bn2.bias",
            "layer4.0.downsample.0.weight", "layer4.0.downsample.1.weight", "layer4.0.downsample.1.bias",
            "layer4.1.conv1.weight", "layer4.1.bn1.weight", "layer4.1.bn1.bias", "layer4.1.conv2.weight", "layer4.1.bn2.weight", "layer4.1.bn2.bias",
        ];
        var layout = ParameterLayout.Of(Paper, ModelPart.Extractor, 0);
        Assert.Equal(published, layout.Select(shape => shape.Name));
        long[][] shapes = [[64, 64, 3, 3], [128, 64, 1, 1], [512, 512, 3, 3]];
        string[] of = ["layer1.0.conv1.weight", "layer2.0.downsample.0.weight", "layer4.1.conv2.weight"];
        Assert.Equal(shapes, of.Select(name => layout.Single(shape => shape.Name == name).Shape.ToArray()));
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias", "6.weight", "6.bias"], ParameterLayout.Of(Paper, ModelPart.Expert, 0).Select(shape => shape.Name));
        Assert.Equal(["weight", "bias"], ParameterLayout.Of(Paper, ModelPart.Gate, 10).Select(shape => shape.Name));
    }

    /// <summary>0.5567 GFLOP multiply-adds is the figure usually given for this network on 32x32 pictures.</summary>
    [Fact]
    public void The_cost_of_a_picture_is_the_published_one() =>
        Assert.Equal(2 * 0.5567e9, LearningCost.ExtractorForward(Paper), 0.01e9);
}
