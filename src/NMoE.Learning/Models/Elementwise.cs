using System.Collections.Immutable;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Models;

/// <summary>max(x, 0), in the place of x where the layer before leaves it.</summary>
internal sealed class Relu(Layer? before, ImmutableArray<int> output) : Layer(output)
{
    public override bool KeepsOutput => true;

    public override Tensor Forward(Weights weights, Tensor x) => before is { LeavesOutput: true } ? x.relu_() : functional.relu(x);
}

/// <summary>x times the normal distribution function of x.</summary>
internal sealed class Gelu(ImmutableArray<int> output) : Layer(output)
{
    public override bool KeepsInput => true;

    public override Tensor Forward(Weights weights, Tensor x) => functional.gelu(x);
}

/// <summary>A picture as one row of numbers, row by row and channel by channel.</summary>
internal sealed class Flatten(int count) : Layer([count])
{
    public override Tensor Forward(Weights weights, Tensor x) => x.flatten(1);
}
