using NMoE.Learning.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Tests.Models;

/// <summary>Pools of many channels turn them to lie side by side, for speed. Numbers and gradients are libtorch's of pictures as they lie, to the bit, ties and rows of zeros included.</summary>
public sealed class MaxPoolTests
{
    [Theory]
    [InlineData(6, 28, 2, 2, 0)]
    [InlineData(16, 28, 2, 2, 0)]
    [InlineData(32, 14, 2, 2, 0)]
    [InlineData(64, 16, 3, 2, 1)]
    [InlineData(64, 7, 3, 2, 1)]
    public void A_pool_gives_what_libtorch_gives(int channels, int side, int kernel, int stride, int padding)
    {
        using var scope = NewDisposeScope();
        var row = Layers.From("a pool", [channels, side, side], Precision.Float32).MaxPool(kernel, stride, padding);
        // Steps of a half tie often, and half of them are cut off.
        var x = (arange(4 * channels * side * side, ScalarType.Float32).sin() * 4).round().mul(0.5).relu().reshape(4, channels, side, side).requires_grad_();

        var turned = row.Forward(default, x);
        var plain = functional.max_pool2d(x, [kernel, kernel], [stride, stride], [padding, padding]);
        var seen = arange(plain.NumberOfElements, ScalarType.Float32).cos().reshape(plain.shape);

        Assert.True(turned.is_contiguous());
        Assert.Equal(plain.data<float>().ToArray(), turned.data<float>().ToArray());
        Assert.Equal(Gradient(plain), Gradient(turned));

        float[] Gradient(Tensor pooled) => autograd.grad([pooled], [x], [seen])[0].data<float>().ToArray();
    }

    /// <summary>ReLUs and sums are written into what the layer before leaves; a shortcut still sees what went into its body.</summary>
    [Fact]
    public void A_branch_that_begins_with_a_relu_spoils_nothing_that_its_shortcut_reads()
    {
        using var scope = NewDisposeScope();
        var row = Layers.From("a residual", [4], Precision.Float32);
        var summed = row.Residual(row.Branch().Relu(), row.Branch());
        var x = tensor([-1f, 2f, -3f, 4f], 1, 4);

        Assert.Equal([-1f, 4f, -3f, 8f], summed.Forward(default, x).data<float>().ToArray());
        Assert.Equal([-1f, 2f, -3f, 4f], x.data<float>().ToArray());
    }
}
