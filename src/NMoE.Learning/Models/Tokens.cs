using System.Collections.Immutable;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace NMoE.Learning.Models;

/// <summary>A picture as tokens, [C, H, W] to [T + 1, D]: a class token, then each patch through one linear layer; and where each stands.</summary>
internal sealed class Patches(int channels, int patch, int count, int wide) : Layer([count + 1, wide])
{
    // As far as DeiT's normal draws of deviation 0.02 reach evenly.
    private static readonly Start Faint = new(StartForm.Uniform, 0.02 * 1.7320508075688772);
    private readonly long[] _strides = [patch, patch];

    public override ImmutableArray<ParameterShape> Parameters { get; } =
    [
        new("cls_token", [1, 1, wide]) { Start = Faint },
        new("pos_embed", [1, count + 1, wide]) { Start = Faint },
        new("patch_embed.proj.weight", [wide, channels, patch, patch]) { Start = Start.Plain(channels * patch * patch) },
        new("patch_embed.proj.bias", [wide]),
    ];

    public override double Flops => 2.0 * channels * patch * patch * count * wide;

    public override bool KeepsInput => true;

    public override Tensor Forward(Weights weights, Tensor x)
    {
        var cut = functional.conv2d(x, weights["patch_embed.proj.weight"].In(x.dtype), weights["patch_embed.proj.bias"].In(x.dtype), strides: _strides);
        var first = weights["cls_token"].In(x.dtype).expand(x.shape[0], 1, wide);
        return cat([first, cut.flatten(2).transpose(1, 2)], 1).Plus(weights["pos_embed"].In(x.dtype));
    }
}

/// <summary>Layer norm over the last dimension.</summary>
internal sealed class LayerNorm(string name, ImmutableArray<int> output) : Layer(output)
{
    private const double Epsilon = 1e-6;
    private readonly long[] _over = [output[^1]];

    public override ImmutableArray<ParameterShape> Parameters { get; } =
        [new($"{name}.weight", [output[^1]]) { Start = Start.One }, new($"{name}.bias", [output[^1]])];

    public override bool KeepsInput => true;

    // Mean and deviation of each token.
    public override long Kept(int size) => 2 * sizeof(float) * (Count / Output[^1]);

    public override Tensor Forward(Weights weights, Tensor x) =>
        functional.layer_norm(x, _over, weights[$"{name}.weight"].In(x.dtype), weights[$"{name}.bias"].In(x.dtype), Epsilon);
}

/// <summary>Self-attention of several heads (Vaswani et al., 2017), [T, D] to [T, D].</summary>
internal sealed class Attention(string name, ImmutableArray<int> output, int heads) : Layer(output)
{
    public override ImmutableArray<ParameterShape> Parameters { get; } =
    [
        new($"{name}.qkv.weight", [3 * output[1], output[1]]) { Start = Start.Plain(output[1]) }, new($"{name}.qkv.bias", [3 * output[1]]),
        new($"{name}.proj.weight", [output[1], output[1]]) { Start = Start.Plain(output[1]) }, new($"{name}.proj.bias", [output[1]]),
    ];

    // Four linear layers, the scores, and what they weigh.
    public override double Flops => (2.0 * 4 * Count * Output[1]) + (2.0 * 2 * Output[0] * Count);

    public override bool KeepsInput => true;

    // Queries, keys, values, the shares, and what the last layer reads.
    public override long Kept(int size) => size * ((4 * Count) + ((long)heads * Output[0] * Output[0]));

    public override Tensor Forward(Weights weights, Tensor x)
    {
        var (tokens, wide) = (Output[0], Output[1]);
        var split = functional.linear(x, weights[$"{name}.qkv.weight"].In(x.dtype), weights[$"{name}.qkv.bias"].In(x.dtype))
            .reshape(x.shape[0], tokens, 3, heads, wide / heads).permute(2, 0, 3, 1, 4);
        var scores = split.select(0, 0).Times(1 / Math.Sqrt((double)wide / heads)).matmul(split.select(0, 1).transpose(2, 3));
        var mixed = scores.softmax(3).matmul(split.select(0, 2)).transpose(1, 2).reshape(x.shape[0], tokens, wide);
        return functional.linear(mixed, weights[$"{name}.proj.weight"].In(x.dtype), weights[$"{name}.proj.bias"].In(x.dtype));
    }
}

/// <summary>The class token, [T, D] to [D].</summary>
internal sealed class FirstToken(int wide) : Layer([wide])
{
    public override Tensor Forward(Weights weights, Tensor x) => x.select(1, 0).contiguous();
}
