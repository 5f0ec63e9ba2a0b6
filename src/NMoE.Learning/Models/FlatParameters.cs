using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Devices;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Models;

/// <summary>
/// The parameters of one or more parts in one flat tensor, with one flat gradient, so that an optimiser's step is a handful of operations
/// and not a handful a layer. Each layer's parameter is a leaf that shares the flat tensor's memory. Running statistics and counters stand beside it.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    private readonly SortedDictionary<string, Tensor> _leaves = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _counters = new(StringComparer.Ordinal);
    // Gradients that are added up where they lie, in rows of small leaves; and those of large leaves, which cost less made anew and copied than cleared and added to.
    private const int Large = 1 << 16;
    private readonly ImmutableArray<(string Prefix, ImmutableArray<ParameterShape> Layout)> _parts;
    private readonly List<Tensor> _added = [];
    private readonly List<(Tensor Leaf, Tensor Gradient)> _copied = [];

    /// <summary>Reads parts from their files, in order. Names are prefixed with the part's, as in <c>F/conv1.weight</c>.</summary>
    /// <exception cref="InvalidDataException">A file does not have the layout's parameters.</exception>
    public FlatParameters(params ReadOnlySpan<(string Prefix, ImmutableArray<ParameterShape> Layout, ReadOnlyMemory<byte> File)> parts)
    {
        _parts = [.. parts.ToArray().Select(part => (part.Prefix, part.Layout))];
        var numbers = zeros(_parts.Sum(part => part.Layout.Where(shape => shape.Role == ParameterRole.Trained).Sum(shape => shape.Count))).DetachFromDisposeScope();
        var rest = MemoryMarshal.Cast<byte, float>(numbers.bytes);
        foreach (var (prefix, layout, file) in parts)
        {
            var tensors = SafeTensors.Read(file);
            foreach (var shape in layout)
            {
                rest = rest[Load(tensors, prefix, shape, rest)..];
            }
        }

        Flat = Backend.There(numbers).DetachFromDisposeScope();
        Gradient = zeros_like(Flat).DetachFromDisposeScope();
        MakeLeaves();
    }

    /// <summary>All parameters, [P].</summary>
    public Tensor Flat { get; }

    /// <summary>All parameters in their own memory: what is written there is what they are. On the CPU alone.</summary>
    internal Span<float> Values => MemoryMarshal.Cast<byte, float>(Flat.bytes);

    /// <summary>All gradients, [P].</summary>
    public Tensor Gradient { get; }

    /// <summary>A parameter or running statistic by its prefixed name.</summary>
    public Tensor this[string name] => _leaves[name];

    /// <summary>A parameter or running statistic of a part by its name there.</summary>
    internal Tensor this[string prefix, string name] => _leaves[$"{prefix}/{name}"];

    /// <summary>Adds one to a counter.</summary>
    /// <param name="name">Its prefixed name.</param>
    public void Count(string name) => _counters[name]++;

    internal void Count(string prefix, string name) => Count($"{prefix}/{name}");

    /// <summary>Makes <see cref="Gradient"/> that of a loss.</summary>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _added.ForEach(row => row.zero_());
        _copied.ForEach(pair => pair.Leaf.grad = null);
        loss.backward();
        using var quiet = no_grad();
        foreach (var (leaf, gradient) in _copied)
        {
            using var made = leaf.grad;
            _ = made is null ? gradient.zero_() : gradient.copy_(made);
        }
    }

    /// <summary>Scales the gradient by a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="norm">Its Euclidean norm.</param>
    public void ScaleGradient(GradientRule rule, double norm)
    {
        if (rule == GradientRule.None)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var length = Gradient.norm().item<float>();
        if (length > norm || (rule == GradientRule.Unit && length > 0))
        {
            Gradient.TimesInPlace(norm / length);
        }
    }

    /// <summary>The file of one part as it now is.</summary>
    public ReadOnlyMemory<byte> File(string prefix)
    {
        var layout = _parts.Single(part => part.Prefix == prefix).Layout;
        return SafeTensors.Write(layout.Select(shape => shape.Role == ParameterRole.Counter
            ? new TensorBlob(shape.Name, TensorType.I64, shape.Shape, BitConverter.GetBytes(_counters[$"{prefix}/{shape.Name}"]))
            : new TensorBlob(shape.Name, TensorType.F32, shape.Shape, Data(_leaves[$"{prefix}/{shape.Name}"], shape.Count))));
    }

    private static ReadOnlyMemory<byte> Data(Tensor leaf, long count) => Backend.IsHost ? new TensorMemory(leaf, count).Memory : Backend.Bytes(leaf);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (IEnumerable<Tensor>)[.. _leaves.Values, .. _added, .. _copied.Select(pair => pair.Gradient)])
        {
            tensor.Dispose();
        }

        Gradient.Dispose();
        Flat.Dispose();
    }

    /// <summary>Reads one tensor; gives how many of the flat tensor's numbers it filled.</summary>
    private int Load(TensorList tensors, string prefix, ParameterShape shape, Span<float> trained)
    {
        var type = shape.Role == ParameterRole.Counter ? TensorType.I64 : TensorType.F32;
        if (!tensors.TryGet(shape.Name, out var blob) || blob.Type != type || !blob.Shape.SequenceEqual(shape.Shape))
        {
            throw new InvalidDataException($"The model has no parameter '{shape.Name}' of shape [{string.Join(", ", shape.Shape)}].");
        }

        if (shape.Role == ParameterRole.Counter)
        {
            _counters[$"{prefix}/{shape.Name}"] = BitConverter.ToInt64(blob.Data.Span);
            return 0;
        }

        var values = MemoryMarshal.Cast<byte, float>(blob.Data.Span);
        if (shape.Role == ParameterRole.Statistic)
        {
            _leaves[$"{prefix}/{shape.Name}"] = Backend.Floats(values.ToArray(), [.. shape.Shape]).DetachFromDisposeScope();
            return 0;
        }

        values.CopyTo(trained);
        return values.Length;
    }

    private void MakeLeaves()
    {
        long offset = 0, row = 0;
        foreach (var (prefix, layout) in _parts)
        {
            foreach (var shape in layout.Where(shape => shape.Role == ParameterRole.Trained))
            {
                using var scope = NewDisposeScope();
                var leaf = Flat.narrow(0, offset, shape.Count).view([.. shape.Shape]).detach().requires_grad_();
                var gradient = Gradient.narrow(0, offset, shape.Count).view([.. shape.Shape]);
                _leaves[$"{prefix}/{shape.Name}"] = leaf.DetachFromDisposeScope();
                if (shape.Count < Large)
                {
                    leaf.grad = gradient;
                }
                else
                {
                    _copied.Add((leaf, gradient.DetachFromDisposeScope()));
                    EndRow(row, offset);
                    row = offset + shape.Count;
                }

                offset += shape.Count;
            }
        }

        EndRow(row, offset);
    }

    private void EndRow(long from, long to)
    {
        if (to > from)
        {
            _added.Add(Gradient.narrow(0, from, to - from).DetachFromDisposeScope());
        }
    }
}
