using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Models;

/// <summary>
/// What each model has and costs, against the same architecture in PyTorch 1.13, counted there by hooks: <c>python3 experiments/count_models.py</c> prints these rows. Bytes are what the tensors
/// that autograd saves grow by from one picture to the next.
/// </summary>
public sealed class ModelCountTests
{
    [Theory]
    [InlineData("resnet18", "group", "cifar", "mlp4", 128, 700176, 231562, 70090752, 461312, 1189160)]
    [InlineData("resnet18", "group", "cifar", "linear", 128, 700176, 1290, 70090752, 2560, 1185576)]
    [InlineData("resnet18", "group", "cifar", "mlp-64", 128, 700176, 8906, 70090752, 17664, 1185832)]
    [InlineData("resnet18", "group", "mnist", "mlp4", 128, 699888, 231562, 57143808, 461312, 922728)]
    [InlineData("resnet18", "group", "mnist", "linear", 128, 699888, 1290, 57143808, 2560, 919144)]
    [InlineData("resnet18", "group", "mnist", "mlp-64", 128, 699888, 8906, 57143808, 17664, 919400)]
    [InlineData("resnet18", "batch", "cifar", "mlp4", 128, 700176, 231562, 70090752, 461312, 1187880)]
    [InlineData("resnet18", "batch", "cifar", "linear", 128, 700176, 1290, 70090752, 2560, 1184296)]
    [InlineData("resnet18", "batch", "cifar", "mlp-64", 128, 700176, 8906, 70090752, 17664, 1184552)]
    [InlineData("resnet18", "batch", "mnist", "mlp4", 128, 699888, 231562, 57143808, 461312, 921448)]
    [InlineData("resnet18", "batch", "mnist", "linear", 128, 699888, 1290, 57143808, 2560, 917864)]
    [InlineData("resnet18", "batch", "mnist", "mlp-64", 128, 699888, 8906, 57143808, 17664, 918120)]
    [InlineData("resnet18-imagenet", "batch", "cifar", "linear", 128, 702096, 1290, 5529600, 2560, 122920)]
    [InlineData("resnet18-imagenet", "batch", "mnist", "linear", 128, 700528, 1290, 4356224, 2560, 95528)]
    [InlineData("resnet8", "group", "cifar", "linear", 64, 77392, 650, 25001984, 1280, 652136)]
    [InlineData("resnet8", "group", "mnist", "linear", 64, 77104, 650, 18690560, 1280, 493224)]
    [InlineData("cnn", "group", "cifar", "mlp4", 512, 2151360, 428170, 35323904, 854528, 362024)]
    [InlineData("cnn", "group", "cifar", "linear", 512, 2151360, 5130, 35323904, 10240, 358440)]
    [InlineData("cnn", "group", "cifar", "mlp-64", 512, 2151360, 33482, 35323904, 66816, 358696)]
    [InlineData("cnn", "group", "mnist", "mlp4", 512, 1658240, 428170, 24536064, 854528, 272232)]
    [InlineData("cnn", "group", "mnist", "linear", 512, 1658240, 5130, 24536064, 10240, 268648)]
    [InlineData("cnn", "group", "mnist", "mlp-64", 512, 1658240, 33482, 24536064, 66816, 268904)]
    [InlineData("lenet5", "group", "cifar", "linear", 84, 61156, 850, 1301760, 1680, 44664)]
    [InlineData("lenet5", "group", "mnist", "linear", 84, 60856, 850, 831360, 1680, 35512)]
    [InlineData("lenet5-relu", "group", "cifar", "linear", 84, 61156, 850, 1301760, 1680, 57272)]
    [InlineData("lenet5-relu", "group", "mnist", "linear", 84, 43576, 850, 561600, 1680, 35352)]
    [InlineData("mlp", "group", "cifar", "linear", 200, 654800, 2010, 1308800, 4000, 13928)]
    [InlineData("mlp", "group", "mnist", "linear", 200, 197200, 2010, 393600, 4000, 4776)]
    [InlineData("mlp-300-100", "group", "cifar", "linear", 100, 952000, 1010, 1903200, 2000, 13928)]
    [InlineData("mlp-300-100", "group", "mnist", "linear", 100, 265600, 1010, 530400, 2000, 4776)]
    [InlineData("linear", "group", "cifar", "linear", 3072, 0, 30730, 0, 61440, 12328)]
    [InlineData("linear", "group", "mnist", "linear", 784, 0, 7850, 0, 15680, 3176)]
    [InlineData("vit-tiny", "group", "cifar", "linear", 192, 5360832, 1930, 730211328, 3840, 10219392)]
    [InlineData("vit-tiny", "group", "mnist", "linear", 192, 5351808, 1930, 554182656, 3840, 7747120)]
    public void Parameters_flop_and_kept_bytes_are_those_that_PyTorch_counts(
        string extractor, string norm, string pictures, string expert, int latent, long parameters, long predictor, double flops, double decide, long kept)
    {
        var model = Model(extractor, norm, pictures == "cifar" ? PictureShape.Cifar : new PictureShape(1, 28, 28), expert);
        Assert.Equal(latent, model.Latent);
        Assert.Equal(parameters, LearningCost.Parameters(model, ModelPart.Extractor, 0));
        Assert.Equal(predictor, LearningCost.Parameters(model, ModelPart.Expert, 0));
        Assert.Equal(flops, LearningCost.ExtractorForward(model));
        Assert.Equal(decide, LearningCost.ExpertForward(model));
        Assert.Equal(kept, LearningMemory.Activations(model, ModelPart.Expert, 0));
    }

    /// <summary>
    /// Convolutions of 5x5 have 25 in out + out parameters: LeNet-5's leave 62 006 with a head of 59 134 behind them, as PFL-MoE splits it, and pFedMoE's five networks have 2 621 558 to 670 058 with ten classes, of
    /// which the smallest has 665 048 without its head.
    /// </summary>
    [Theory]
    [InlineData("cnn-6-16", "mlp-120-84", 400, 62006, 59134)]
    [InlineData("cnn-16-32-2000-500", "linear", 500, 2621558, 5010)]
    [InlineData("cnn-16-16-2000-500", "linear", 500, 1815142, 5010)]
    [InlineData("cnn-16-32-1000-500", "linear", 500, 1320558, 5010)]
    [InlineData("cnn-16-32-800-500", "linear", 500, 1060358, 5010)]
    [InlineData("cnn-16-32-500-500", "linear", 500, 670058, 5010)]
    public void Sized_networks_have_the_parameters_of_those_that_papers_name(string extractor, string expert, int latent, long all, long head)
    {
        var model = Model(extractor, "group", PictureShape.Cifar, expert);
        Assert.Equal(latent, model.Latent);
        Assert.Equal(head, LearningCost.Parameters(model, ModelPart.Expert, 0));
        Assert.Equal(all, LearningCost.Parameters(model, ModelPart.Extractor, 0) + head);
    }

    [Fact]
    public void Every_registered_model_is_counted()
    {
        var counted = typeof(ModelCountTests).GetMethod(nameof(Parameters_flop_and_kept_bytes_are_those_that_PyTorch_counts))!
            .GetCustomAttributesData().SelectMany(row => row.ConstructorArguments.SelectMany(list => (IReadOnlyCollection<System.Reflection.CustomAttributeTypedArgument>)list.Value!))
            .Select(value => value.Value).OfType<string>().ToArray();
        Assert.All(Extractors.All.Concat(Learning.Models.Experts.All), part => Assert.Contains(part.Name, counted));
    }

    internal static ModelSpec Model(string extractor, string norm, PictureShape shape, string expert) =>
        new(16, 10) { Extractor = extractor, Expert = expert, Shape = shape, Norm = norm == "group" ? NormKind.Group : NormKind.Batch };
}
