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
