namespace NMoE.Learning.Models;

/// <summary>ResNet-18 for small pictures (He et al., 2016; 3x3 stem, no max-pool; group or batch norm), by torchvision's names. D = 8 x width.</summary>
public sealed class ResNet18 : IExtractor
{
    /// <summary>Its name, of which jobs say nothing.</summary>
    public const string ModelName = "resnet18";

    /// <inheritdoc/>
    public string Name => ModelName;

    /// <inheritdoc/>
    public bool HasWidth => true;

    /// <inheritdoc/>
    public bool HasNorms => true;

    /// <inheritdoc/>
    public bool GivesMeans => true;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) =>
        input.Normed("conv1", "bn1", model.Norm, model.Width, new(3, 1, 1)).Relu().Stages(model, 4, 2).ChannelMeans();
}

/// <summary>ResNet-18 as torchvision has it: a stem of 7x7 with stride 2 and a max-pool, made for pictures of 224x224. D = 8 x width.</summary>
public sealed class ResNet18ImageNet : IExtractor
{
    /// <inheritdoc/>
    public string Name => "resnet18-imagenet";

    /// <inheritdoc/>
    public bool HasWidth => true;

    /// <inheritdoc/>
    public bool HasNorms => true;

    /// <inheritdoc/>
    public bool GivesMeans => true;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) =>
        input.Normed("conv1", "bn1", model.Norm, model.Width, new(7, 2, 3)).Relu().MaxPool(3, 2, 1).Stages(model, 4, 2).ChannelMeans();
}

/// <summary>ResNet-8: He et al.'s (2016) 6n + 2 layers for CIFAR with n = 1, three stages of one block, shortcuts by 1x1 convolutions. D = 4 x width.</summary>
public sealed class ResNet8 : IExtractor
{
    /// <inheritdoc/>
    public string Name => "resnet8";

    /// <inheritdoc/>
    public bool HasWidth => true;

    /// <inheritdoc/>
    public bool HasNorms => true;

    /// <inheritdoc/>
    public bool GivesMeans => true;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) =>
        input.Normed("conv1", "bn1", model.Norm, model.Width, new(3, 1, 1)).Relu().Stages(model, 3, 1).ChannelMeans();
}

/// <summary>What residual networks have in common.</summary>
internal static class ResidualStages
{
    /// <summary>Stages of so many blocks; each after the first has twice the channels and half the side.</summary>
    public static Layers Stages(this Layers row, ModelSpec model, int stages, int blocks)
    {
        foreach (var (stage, block) in Enumerable.Range(1, stages).SelectMany(stage => Enumerable.Range(0, blocks).Select(block => (stage, block))))
        {
            row = Block(row, FormattableString.Invariant($"layer{stage}.{block}"), model.Norm, model.Width << (stage - 1), stage > 1 && block == 0 ? 2 : 1);
        }

        return row;
    }

    /// <summary>Two convolutions, and a shortcut that is a convolution where channels and side change.</summary>
    private static Layers Block(Layers row, string name, NormKind norm, int channels, int stride)
    {
        var body = row.Branch()
            .Normed($"{name}.conv1", $"{name}.bn1", norm, channels, new(3, stride, 1)).Relu()
            .Normed($"{name}.conv2", $"{name}.bn2", norm, channels, new(3, 1, 1));
        var shortcut = stride == 1 ? row.Branch() : row.Branch().Normed($"{name}.downsample.0", $"{name}.downsample.1", norm, channels, new(1, stride, 0));
        return row.Residual(body, shortcut).Relu();
    }
}
