using System.Collections.Immutable;
using static TorchSharp.torch;

namespace NMoE.Learning.Models;

/// <summary>
/// Layers in a row, each of which knows what comes to it: shapes, parameters, FLOP and memory follow from the row, and are written down nowhere else.
/// Immutable: each method gives a longer row.
/// </summary>
public sealed class Layers
{
    private readonly ImmutableArray<Layer> _row;
    private readonly ImmutableArray<int> _input;
    private readonly ScalarType _type;
    private readonly string _what;

    private Layers(string what, ImmutableArray<int> input, ScalarType type, ImmutableArray<Layer> row)
    {
        (_what, _input, _type, _row) = (what, input, type, row);
        Parameters = [.. row.SelectMany(layer => layer.Parameters)];
    }

    /// <summary>Sizes of what comes out for one sample.</summary>
    public ImmutableArray<int> Output => _row.IsEmpty ? _input : _row[^1].Output;

    /// <summary>Numbers that come out for one sample.</summary>
    public int Count => Output.Aggregate(1, (product, size) => product * size);

    /// <summary>What there is to learn, in the order of the layers.</summary>
    public ImmutableArray<ParameterShape> Parameters { get; }

    /// <summary>FLOP for one sample.</summary>
    public double Flops => _row.Sum(layer => layer.Flops);

    /// <summary>Whether the backward pass reads what goes in.</summary>
    internal bool KeepsInput => !_row.IsEmpty && _row[0].KeepsInput;

    /// <summary>Whether what comes out may be written into.</summary>
    internal bool LeavesOutput => _row is [.., { LeavesOutput: true }];

    /// <summary>An empty row.</summary>
    /// <param name="what">The model, for messages.</param>
    /// <param name="input">Sizes of a sample.</param>
    /// <param name="precision">What layers compute in.</param>
    public static Layers From(string what, ImmutableArray<int> input, Precision precision) =>
        new(what, input, precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32, []);

    /// <summary>What comes out of samples [B, ..].</summary>
    public Tensor Forward(Weights weights, Tensor x) => _row.Aggregate(x, (now, layer) => layer.Forward(weights, now));

    /// <summary>Bytes that the backward pass reads of one sample: each number that goes from layer to layer once, if either reads it again.</summary>
    public long Kept()
    {
        var size = _type == ScalarType.BFloat16 ? sizeof(float) / 2 : sizeof(float);
        var first = KeepsInput ? size * _input.Aggregate(1L, (product, length) => product * length) : 0;
        return first + KeptInside(size) + (_row is [.., { KeepsOutput: true } last] ? size * last.Count : 0);
    }

    /// <summary>The same of a row that another follows, which may read again what comes out here: the same numbers, where they have the same type.</summary>
    public long KeptBefore(Layers next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var shared = _type == next._type && next.KeepsInput && _row is [.., { KeepsOutput: true }];
        return Kept() - (shared ? sizeof(float) * Count : 0);
    }

    /// <summary>The same without what goes in and what comes out.</summary>
    internal long KeptInside(int size) => _row.Sum(layer => layer.Kept(size))
        + Enumerable.Range(0, Math.Max(0, _row.Length - 1)).Where(i => _row[i].KeepsOutput || _row[i + 1].KeepsInput).Sum(i => size * _row[i].Count);

    /// <summary>One more layer, of one's own.</summary>
    public Layers Then(Layer layer) => new(_what, _input, _type, _row.Add(layer));

    /// <summary>An empty row on what comes out here, as a branch begins.</summary>
    public Layers Branch() => new(_what, Output, _type, []);

    /// <summary>A convolution with bias, for a ReLU to follow.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="channels">Channels that come out.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="padding">Zeros around.</param>
    public Layers Convolution(string name, int channels, int kernel, int padding = 0) =>
        Convolve(name, channels, new(kernel, 1, padding), Start.He(Output[0] * kernel * kernel), [new($"{name}.bias", [channels])]);

    /// <summary>A convolution without bias, and its norm. Begins by He's fan-out, as residual networks do.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="norm">The norm's name.</param>
    /// <param name="kind">The norm.</param>
    /// <param name="channels">Channels that come out.</param>
    /// <param name="window">Kernel, stride and padding.</param>
    public Layers Normed(string name, string norm, NormKind kind, int channels, Window window)
    {
        var convolved = Convolve(name, channels, window, Start.He(channels * window.Kernel * window.Kernel), []);
        return convolved.Then(kind == NormKind.Group ? new GroupNorm(norm, convolved.Output) : new BatchNorm(norm, convolved.Output));
    }

    /// <summary>max(x, 0).</summary>
    public Layers Relu() => Then(new Relu(_row.LastOrDefault(), Output));

    /// <summary>tanh x.</summary>
    public Layers Tanh() => Then(new Tanh(Output));

    /// <summary>1 / (1 + exp(-x)).</summary>
    public Layers Sigmoid() => Then(new Sigmoid(Output));

    /// <summary>The greatest number of each window.</summary>
    public Layers MaxPool(int kernel, int stride, int padding = 0) => Then(new MaxPool(Through(nameof(MaxPool), Output[0], new(kernel, stride, padding)), new(kernel, stride, padding)));

    /// <summary>The mean of each square of so many numbers a side.</summary>
    public Layers MeanPool(int kernel) => Then(new MeanPool(Through(nameof(MeanPool), Output[0], new(kernel, kernel, 0)), new(kernel, kernel, 0)));

    /// <summary>The mean of each channel.</summary>
    public Layers ChannelMeans() => Then(new ChannelMeans(Output[0]));

    /// <summary>All numbers of a sample in one row.</summary>
    public Layers Flatten() => Then(new Flatten(Count));

    /// <summary>A linear layer on all numbers of a sample.</summary>
    /// <param name="name">Its name, <c>.weight</c> and <c>.bias</c> follow; empty where the part has no other.</param>
    /// <param name="outputs">Numbers that come out.</param>
    /// <param name="start">How it begins; by default He's, for a ReLU to follow.</param>
    public Layers Linear(string name, int outputs, Start? start = null) =>
        Then(new Linear(name.Length == 0 ? "" : $"{name}.", Count, [outputs], start ?? Start.He(Count), _type));

    /// <summary>A linear layer on each token, for no ReLU to follow.</summary>
    public Layers OnTokens(string name, int outputs) => Then(new Linear($"{name}.", Output[^1], [.. Output[..^1], outputs], Start.Plain(Output[^1]), _type));

    /// <summary>Layer norm over the last dimension.</summary>
    public Layers LayerNorm(string name) => Then(new LayerNorm(name, Output));

    /// <summary>Self-attention of tokens.</summary>
    public Layers Attention(string name, int heads) => Then(new Attention(name, Output, heads));

    /// <summary>x times the normal distribution function of x.</summary>
    public Layers Gelu() => Then(new Gelu(Output));

    /// <summary>What the body makes of it, added to what the shortcut makes of it.</summary>
    public Layers Residual(Layers body, Layers shortcut) => Then(new Residual(body, shortcut));

    private Layers Convolve(string name, int channels, Window window, Start start, ImmutableArray<ParameterShape> bias) =>
        Then(new Convolution(name, Output[0], Through(name, channels, window), window, start, bias, _type));

    private ImmutableArray<int> Through(string layer, int channels, Window window)
    {
        ImmutableArray<int> sizes = [channels, window.Side(Output[1]), window.Side(Output[2])];
        return sizes[1] > 0 && sizes[2] > 0
            ? sizes
            : throw new ModelException(FormattableString.Invariant(
                $"pictures of {string.Join(" x ", _input)} are too small for {_what}: {layer}, of {window.Kernel} x {window.Kernel}, finds {Output[1]} x {Output[2]} numbers"));
    }
}
