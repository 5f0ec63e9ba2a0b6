using System.Collections.Immutable;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Models;

/// <summary>body(x) + shortcut(x).</summary>
/// <param name="body">What the shortcut goes around.</param>
/// <param name="shortcut">No layer where x itself is added.</param>
internal sealed class Residual(Layers body, Layers shortcut) : Layer(body.Output)
{
    public override ImmutableArray<ParameterShape> Parameters { get; } = [.. body.Parameters, .. shortcut.Parameters];

    public override double Flops => body.Flops + shortcut.Flops;

    public override bool KeepsInput => body.KeepsInput || shortcut.KeepsInput;

    internal override bool LeavesOutput => true;

    public override long Kept(int size) => body.KeptInside(size) + shortcut.KeptInside(size);

    public override Tensor Forward(Weights weights, Tensor x)
    {
        var around = shortcut.Forward(weights, x);
        var through = body.Forward(weights, x);
        return body.LeavesOutput ? through.PlusInPlace(around) : through.Plus(around);
    }
}
