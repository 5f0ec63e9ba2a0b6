namespace NMoE.Learning.Models;

/// <summary>The CNN of McMahan et al. (2017): two 5x5 convolutions of 32 and 64 channels that keep the side, each with ReLU and 2x2 max-pool, and a layer of 512 with ReLU. D = 512.</summary>
public sealed class Cnn : IExtractor
{
    /// <inheritdoc/>
    public string Name => "cnn";

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) => input
        .Convolution("conv1", 32, 5, padding: 2).Relu().MaxPool(2, 2)
        .Convolution("conv2", 64, 5, padding: 2).Relu().MaxPool(2, 2)
        .Linear("fc1", 512).Relu();
}

/// <summary>LeNet-5 (LeCun et al., 1998) as it is usually written: tanh, means of 2x2, full connections between the convolutions; pictures of 28x28 get a margin of 2. D = 84.</summary>
public sealed class LeNet5 : IExtractor
{
    /// <inheritdoc/>
    public string Name => "lenet5";

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) => input
        .Convolution("conv1", 6, 5, padding: input.Output[1] < 32 ? 2 : 0).Tanh().MeanPool(2)
        .Convolution("conv2", 16, 5).Tanh().MeanPool(2)
        .Linear("fc1", 120).Tanh()
        .Linear("fc2", 84).Tanh();
}

/// <summary>LeNet-5's sizes with ReLU and max-pool: the network of PyTorch's tutorial on CIFAR-10, which BlazeFL and Flower measure with. D = 84.</summary>
public sealed class LeNet5Relu : IExtractor
{
    /// <inheritdoc/>
    public string Name => "lenet5-relu";

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs) => input
        .Convolution("conv1", 6, 5).Relu().MaxPool(2, 2)
        .Convolution("conv2", 16, 5).Relu().MaxPool(2, 2)
        .Linear("fc1", 120).Relu()
        .Linear("fc2", 84).Relu();
}

/// <summary>Pixels as latents: an expert and a gate on them are regressions. D is the number of pixels, and there is nothing to learn.</summary>
public sealed class Pixels : IExtractor
{
    /// <inheritdoc/>
    public string Name => "linear";

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Flatten();
    }
}
