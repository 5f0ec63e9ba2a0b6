using System.Collections;
using System.Runtime.CompilerServices;

namespace NMoE.Federation.Roles;

/// <summary>At most one item a client, ascending by client. It never changes, and a changed one costs one step however many there are (<see cref="Versions{T}"/>).</summary>
/// <typeparam name="T">Items.</typeparam>
public sealed class ByClient<T> : IEnumerable<KeyValuePair<int, T>>
    where T : class
{
    private readonly Versions<T?> _items;

    /// <summary>Without any.</summary>
    public ByClient()
        : this(Versions<T?>.Empty, 0)
    {
    }

    private ByClient(Versions<T?> items, int count) => (_items, Count) = (items, count);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The clients that have one.</summary>
    public IEnumerable<int> Keys => this.Select(pair => pair.Key);

    /// <summary>The items.</summary>
    public IEnumerable<T> Values => this.Select(pair => pair.Value);

    /// <summary>Whether a client has one.</summary>
    public bool ContainsKey(int client) => _items[client] is not null;

    /// <summary>A client's item, if it has one.</summary>
    public bool TryGetValue(int client, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? item) => (item = _items[client]) is not null;

    /// <summary>The same with another item of a client.</summary>
    public ByClient<T> SetItem(int client, T item)
    {
        // Asked first: afterwards these are an earlier version.
        var count = ContainsKey(client) ? Count : Count + 1;
        return new(_items.With(client, item), count);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<int, T>> GetEnumerator()
    {
        for (var client = 0; client < _items.Length; client++)
        {
            if (_items[client] is { } item)
            {
                yield return new(client, item);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Some clients, ascending. It never changes, and one without a client costs one step however many there are (<see cref="Versions{T}"/>).</summary>
[CollectionBuilder(typeof(ClientSet), nameof(Of))]
public sealed class ClientSet : IEnumerable<int>
{
    private readonly Versions<bool> _has;

    private ClientSet(Versions<bool> has) => _has = has;

    /// <summary>Without any.</summary>
    public static ClientSet Empty { get; } = new(Versions<bool>.Empty);

    /// <summary>These.</summary>
    public static ClientSet Of(ReadOnlySpan<int> clients)
    {
        var has = Versions<bool>.Empty;
        for (var i = clients.Length - 1; i >= 0; i--)
        {
            has = has.With(clients[i], true);
        }

        return new(has);
    }

    /// <summary>Whether a client is one of them.</summary>
    public bool Contains(int client) => _has[client];

    /// <summary>The same without a client.</summary>
    public ClientSet Remove(int client) => Contains(client) ? new(_has.With(client, false)) : this;

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (var client = 0; client < _has.Length; client++)
        {
            if (_has[client])
            {
                yield return client;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
