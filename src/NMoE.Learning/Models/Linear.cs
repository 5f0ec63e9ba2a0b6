using System.Collections.Immutable;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Models;

/// <summary>A linear layer on the last dimension, or on all of a picture at once.</summary>
/// <param name="name">Its name, before <c>weight</c> and <c>bias</c>: empty, or with a dot at its end.</param>
/// <param name="input">Numbers that meet in one output.</param>
/// <param name="output">What comes out.</param>
/// <param name="start">How its weights begin; its bias begins at zero.</param>
/// <param name="type">What it computes in; parameters are float32.</param>
internal sealed class Linear(string name, int input, ImmutableArray<int> output, Start start, ScalarType type) : Layer(output)
{
    private readonly string _weight = $"{name}weight";
    private readonly string _bias = $"{name}bias";

    public override ImmutableArray<ParameterShape> Parameters { get; } =
        [new($"{name}weight", [output[^1], input]) { Start = start }, new($"{name}bias", [output[^1]])];

    public override double Flops => 2.0 * input * Count;

    public override bool KeepsInput => true;

    internal override bool LeavesOutput => true;

    public override Tensor Forward(Weights weights, Tensor x) =>
        functional.linear(x.dim() > Output.Length + 1 ? x.flatten(1) : x, weights[_weight].In(type), weights[_bias].In(type));
}
