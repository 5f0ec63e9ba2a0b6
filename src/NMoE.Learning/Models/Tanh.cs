using System.Collections.Immutable;
using static TorchSharp.torch;

namespace NMoE.Learning.Models;

/// <summary>tanh x.</summary>
internal sealed class Tanh(ImmutableArray<int> output) : Layer(output)
{
    public override bool KeepsOutput => true;

    public override Tensor Forward(Weights weights, Tensor x) => x.tanh();
}
