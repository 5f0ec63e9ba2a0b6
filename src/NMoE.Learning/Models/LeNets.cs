namespace NMoE.Learning.Models;

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
