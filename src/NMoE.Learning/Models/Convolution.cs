using System.Collections.Immutable;
using NMoE.Learning.Devices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Models;

/// <summary>A convolution with square kernels, [C, H, W] to [K, H', W'].</summary>
/// <param name="name">Its name; <c>.weight</c> and <c>.bias</c> follow.</param>
/// <param name="channels">Channels C that come in.</param>
/// <param name="output">[K, H', W'].</param>
/// <param name="window">Kernel, stride and padding.</param>
/// <param name="start">How its weights begin.</param>
/// <param name="bias">The shape of its bias; none before a norm, which has one.</param>
/// <param name="type">What it computes in; parameters are float32.</param>
internal sealed class Convolution(
    string name, int channels, ImmutableArray<int> output, Window window, Start start, ImmutableArray<ParameterShape> bias, ScalarType type) : Layer(output)
{
    private const int Block = 16;
    private const int MostOfPictures = 4;

    private readonly string _weight = $"{name}.weight";
    private readonly long[] _strides = [window.Stride, window.Stride];
    private readonly long[] _padding = [window.Padding, window.Padding];

    public override ImmutableArray<ParameterShape> Parameters { get; } =
        [new($"{name}.weight", [output[0], channels, window.Kernel, window.Kernel]) { Start = start }, .. bias];

    public override double Flops => 2.0 * channels * window.Kernel * window.Kernel * Count;

    public override bool KeepsInput => true;

    // One that is filled gives a part of a larger output.
    internal override bool LeavesOutput => Fills(Output[0]) && Fills(channels);

    public override Tensor Forward(Weights weights, Tensor x)
    {
        var (kernels, shifts) = (weights[_weight].In(type), bias.IsEmpty ? null : weights[bias[0].Name].In(type));
        if (!Fills(Output[0]) || !Fills(channels))
        {
            return Filled(x, kernels, shifts).narrow(1, 0, Output[0]);
        }

        return functional.conv2d(x, kernels, shifts, strides: _strides, padding: _padding);
    }

    // oneDNN pads channels for AVX-512 and at times multiplies what lay in the padding (seen: NaN in one of 500 steps). Those of a picture it takes as they lie.
    private static bool Fills(int count) => count <= MostOfPictures || count % Block == 0;

    /// <summary>The same with channels of zeros beside, in and out.</summary>
    private Tensor Filled(Tensor x, Tensor kernels, Tensor? shifts)
    {
        var wide = Missing(Output[0]);
        if (Missing(channels) is > 0 and var deep)
        {
            x = cat([x, Backend.Zeros(x.dtype, x.shape[0], deep, x.shape[2], x.shape[3])], 1);
            kernels = cat([kernels, Backend.Zeros(type, Output[0], deep, window.Kernel, window.Kernel)], 1);
        }

        kernels = cat([kernels, Backend.Zeros(type, wide, kernels.shape[1], window.Kernel, window.Kernel)], 0);
        return functional.conv2d(x, kernels, shifts is null ? null : cat([shifts, Backend.Zeros(type, wide)], 0), strides: _strides, padding: _padding);
    }

    private static int Missing(int count) => Fills(count) ? 0 : Block - (count % Block);
}

/// <summary>The window of a convolution or pool.</summary>
/// <param name="Kernel">Side of the kernel.</param>
/// <param name="Stride">Step from window to window.</param>
/// <param name="Padding">Zeros around the picture.</param>
public readonly record struct Window(int Kernel, int Stride, int Padding)
{
    /// <summary>The side that comes out of a side that goes in; below 1 where the kernel does not fit.</summary>
    public int Side(int side) => side + (2 * Padding) < Kernel ? 0 : ((side + (2 * Padding) - Kernel) / Stride) + 1;
}
