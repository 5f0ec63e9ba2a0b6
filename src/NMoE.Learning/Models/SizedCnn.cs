using System.Collections.Immutable;

namespace NMoE.Learning.Models;

/// <summary>
/// Two 5x5 convolutions, each with ReLU and 2x2 max-pool, then linear layers with ReLU, by their channels and widths: <c>cnn-C1-C2-W1..</c>. <c>cnn-6-16</c> is LeNet-5's convolutions (D = 400 for 32x32), and
/// <c>cnn-16-32-2000-500</c> the first of pFedMoE's five networks without its head.
/// </summary>
public sealed class SizedCnn : IExtractor
{
    private const string Kind = "cnn";
    private readonly ImmutableArray<int> _sizes;

    private SizedCnn(ImmutableArray<int> sizes) => _sizes = sizes;

    /// <inheritdoc/>
    public string Name => Widths.Write(_sizes, Kind);

    /// <summary>The one of a name with two channels, and perhaps widths; null where the name is no such.</summary>
    public static SizedCnn? Of(string name) => Widths.Read(name, Kind) is { IsDefault: false, Length: > 1 } sizes ? new(sizes) : null;

    /// <inheritdoc/>
    public Layers Build(Layers input, ModelSpec model, int outputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        var convolved = input.Convolution("conv1", _sizes[0], 5).Relu().MaxPool(2, 2).Convolution("conv2", _sizes[1], 5).Relu().MaxPool(2, 2);
        return _sizes[2..].IsEmpty ? convolved.Flatten()
            : _sizes[2..].Index().Aggregate(convolved, (row, layer) => row.Linear(FormattableString.Invariant($"fc{layer.Index + 1}"), layer.Item).Relu());
    }
}
