using System.Collections.Immutable;
using static TorchSharp.torch;

namespace NMoE.Learning.Models;

/// <summary>1 / (1 + exp(-x)).</summary>
internal sealed class Sigmoid(ImmutableArray<int> output) : Layer(output)
{
    public override bool KeepsOutput => true;

    public override Tensor Forward(Weights weights, Tensor x) => x.sigmoid();
}
