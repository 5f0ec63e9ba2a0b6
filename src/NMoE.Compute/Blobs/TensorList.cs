using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace NMoE.Compute.Blobs;

/// <summary>The tensors of one blob, in ordinal order of their names.</summary>
public sealed class TensorList : IReadOnlyList<TensorBlob>
{
    private readonly ImmutableArray<TensorBlob> _tensors;
    private readonly ImmutableSortedDictionary<string, TensorBlob> _byName;

    internal TensorList(IEnumerable<TensorBlob> tensors)
    {
        _byName = tensors.ToImmutableSortedDictionary(t => t.Name, t => t, StringComparer.Ordinal);
        _tensors = [.. _byName.Values];
    }

    /// <inheritdoc/>
    public int Count => _tensors.Length;

    /// <inheritdoc/>
    public TensorBlob this[int index] => _tensors[index];

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="SafeTensorsException">The blob has no such tensor.</exception>
    public TensorBlob this[string name] => _byName.TryGetValue(name, out var tensor)
        ? tensor
        : throw new SafeTensorsException($"There is no tensor '{name}'; the blob holds: {string.Join(", ", _byName.Keys)}.");

    /// <summary>Looks a tensor up by name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out TensorBlob? tensor) => _byName.TryGetValue(name, out tensor);

    /// <inheritdoc/>
    public IEnumerator<TensorBlob> GetEnumerator() => ((IEnumerable<TensorBlob>)_tensors).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
