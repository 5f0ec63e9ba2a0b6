using System.Collections;
using System.Runtime.CompilerServices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Roles;

/// <summary>At most one item a client, or edge server where those take the place of clients, ascending. It never changes, and a changed one costs one step however many there are (<see cref="Versions{T}"/>).</summary>
/// <typeparam name="T">Items.</typeparam>
public sealed class ByClient<T> : IEnumerable<KeyValuePair<int, T>>
    where T : class
{
    private readonly Versions<T?> _items;
    private readonly int _first;

    /// <summary>Without any.</summary>
    public ByClient()
        : this(Versions<T?>.Empty, 0, 0)
    {
    }

    private ByClient(Versions<T?> items, int first, int count) => (_items, _first, Count) = (items, first, count);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The clients that have one.</summary>
    public IEnumerable<int> Keys => this.Select(pair => pair.Key);

    /// <summary>The items.</summary>
    public IEnumerable<T> Values => this.Select(pair => pair.Value);

    /// <summary>Whether a client has one.</summary>
    public bool ContainsKey(int client) => TryGetValue(client, out _);

    /// <summary>A client's item, if it has one.</summary>
    public bool TryGetValue(int client, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? item) => (item = client >= _first ? _items[client - _first] : null) is not null;

    /// <summary>The same with another item of a client.</summary>
    public ByClient<T> SetItem(int client, T item)
    {
        // Asked first: afterwards these are an earlier version.
        var count = ContainsKey(client) ? Count : Count + 1;
        var first = Members.First(client);
        return new(_items.With(client - first, item), first, count);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<int, T>> GetEnumerator()
    {
        for (var client = 0; client < _items.Length; client++)
        {
            if (_items[client] is { } item)
            {
                yield return new(_first + client, item);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Some clients, or some edge servers where those take the place of clients, ascending. It never changes, and one without a client costs one step however many there are (<see cref="Versions{T}"/>).</summary>
[CollectionBuilder(typeof(ClientSet), nameof(Of))]
public sealed class ClientSet : IEnumerable<int>
{
    private readonly Versions<bool> _has;
    private readonly int _first;

    private ClientSet(Versions<bool> has, int first) => (_has, _first) = (has, first);

    /// <summary>Without any.</summary>
    public static ClientSet Empty { get; } = new(Versions<bool>.Empty, 0);

    /// <summary>These.</summary>
    public static ClientSet Of(ReadOnlySpan<int> clients)
    {
        var (has, first) = (Versions<bool>.Empty, clients.IsEmpty ? 0 : Members.First(clients[0]));
        for (var i = clients.Length - 1; i >= 0; i--)
        {
            has = has.With(clients[i] - first, true);
        }

        return new(has, first);
    }

    /// <summary>Whether a client is one of them.</summary>
    public bool Contains(int client) => client >= _first && _has[client - _first];

    /// <summary>The same without a client.</summary>
    public ClientSet Remove(int client) => Contains(client) ? new(_has.With(client - _first, false), _first) : this;

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (var client = 0; client < _has.Length; client++)
        {
            if (_has[client])
            {
                yield return _first + client;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Who is below a server, by the numbers of their devices: clients, or edge servers, and never both at a time.</summary>
file static class Members
{
    /// <summary>The lowest number that such a member can have.</summary>
    public static int First(int member) => new DeviceId(member).IsEdge ? DeviceId.Edge(0).Number : 0;
}
