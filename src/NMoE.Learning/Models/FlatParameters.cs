using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
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
    private readonly ImmutableArray<(string Prefix, ImmutableArray<ParameterShape> Layout)> _parts;

    /// <summary>Reads parts from their files, in order. Names are prefixed with the part's, as in <c>F/conv1.weight</c>.</summary>
    /// <exception cref="InvalidDataException">A file does not have the layout's parameters.</exception>
    public FlatParameters(params ReadOnlySpan<(string Prefix, ImmutableArray<ParameterShape> Layout, ReadOnlyMemory<byte> File)> parts)
    {
        _parts = [.. parts.ToArray().Select(part => (part.Prefix, part.Layout))];
        var values = new List<float>();
        foreach (var (prefix, layout, file) in parts)
        {
            var tensors = SafeTensors.Read(file);
            foreach (var shape in layout)
            {
                Load(tensors, prefix, shape, values);
            }
        }

        Flat = TensorBlobs.Owned([.. values], values.Count).DetachFromDisposeScope();
        Gradient = zeros_like(Flat).DetachFromDisposeScope();
        MakeLeaves();
    }

    /// <summary>All parameters, [P].</summary>
    public Tensor Flat { get; }

    /// <summary>All parameters in their own memory: what is written there is what they are.</summary>
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
            : new TensorBlob(shape.Name, TensorType.F32, shape.Shape, _leaves[$"{prefix}/{shape.Name}"].detach().bytes.ToArray())));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var leaf in _leaves.Values)
        {
            leaf.Dispose();
        }

        Gradient.Dispose();
        Flat.Dispose();
    }

    private void Load(TensorList tensors, string prefix, ParameterShape shape, List<float> trained)
    {
        var type = shape.Role == ParameterRole.Counter ? TensorType.I64 : TensorType.F32;
        if (!tensors.TryGet(shape.Name, out var blob) || blob.Type != type || !blob.Shape.SequenceEqual(shape.Shape))
        {
            throw new InvalidDataException($"The model has no parameter '{shape.Name}' of shape [{string.Join(", ", shape.Shape)}].");
        }

        if (shape.Role == ParameterRole.Counter)
        {
            _counters[$"{prefix}/{shape.Name}"] = BitConverter.ToInt64(blob.Data.Span);
            return;
        }

        var values = MemoryMarshal.Cast<byte, float>(blob.Data.Span).ToArray();
        if (shape.Role == ParameterRole.Statistic)
        {
            _leaves[$"{prefix}/{shape.Name}"] = TensorBlobs.Owned(values, [.. shape.Shape]).DetachFromDisposeScope();
        }
        else
        {
            trained.AddRange(values);
        }
    }

    private void MakeLeaves()
    {
        long offset = 0;
        foreach (var (prefix, layout) in _parts)
        {
            foreach (var shape in layout.Where(shape => shape.Role == ParameterRole.Trained))
            {
                using var scope = NewDisposeScope();
                var leaf = Flat.narrow(0, offset, shape.Count).view([.. shape.Shape]).detach().requires_grad_();
                leaf.grad = Gradient.narrow(0, offset, shape.Count).view([.. shape.Shape]);
                _leaves[$"{prefix}/{shape.Name}"] = leaf.DetachFromDisposeScope();
                offset += shape.Count;
            }
        }
    }
}
