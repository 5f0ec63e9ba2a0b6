using System.Collections.Immutable;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Models;

/// <summary>The greatest number of each window.</summary>
internal sealed class MaxPool(ImmutableArray<int> output, Window window) : Layer(output)
{
    // Lanes of AVX-512: libtorch compares so many channels at once where they lie side by side, and else number by number, which takes up to eight times as long as all the turning.
    private const int Lanes = 16;

    private readonly long[] _kernel = [window.Kernel, window.Kernel];
    private readonly long[] _strides = [window.Stride, window.Stride];
    private readonly long[] _padding = [window.Padding, window.Padding];

    public override bool KeepsInput => true;

    // Where each number came from.
    public override long Kept(int size) => sizeof(long) * Count;

    public override Tensor Forward(Weights weights, Tensor x) => Output[0] < Lanes
        ? functional.max_pool2d(x, _kernel, _strides, _padding)
        : functional.max_pool2d(x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2), _kernel, _strides, _padding).contiguous();
}

/// <summary>The mean of each window.</summary>
internal sealed class MeanPool(ImmutableArray<int> output, Window window) : Layer(output)
{
    private readonly long[] _kernel = [window.Kernel, window.Kernel];
    private readonly long[] _strides = [window.Stride, window.Stride];

    public override bool KeepsInput => true;

    public override Tensor Forward(Weights weights, Tensor x) => functional.avg_pool2d(x, _kernel, _strides);
}

/// <summary>The mean of each channel in float32, [C, H, W] to [C].</summary>
internal sealed class ChannelMeans(int channels) : Layer([channels])
{
    private static readonly long[] Sides = [2, 3];

    public override Tensor Forward(Weights weights, Tensor x) => x.to(float32).mean(Sides);
}
