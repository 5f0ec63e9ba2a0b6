using System.Collections.Immutable;

namespace NMoE.Federation.Topologies;

/// <summary>
/// Which experts each client may ask: its own and its peers'. What is known of n clients with k peers each takes n * (k + 1) numbers, found when they are first asked for; where everyone knows everyone,
/// nothing.
/// </summary>
public sealed class Topology
{
    private readonly ImmutableArray<int> _all;
    private readonly Lazy<Lists>? _lists;

    private Topology(ImmutableArray<int> all, Lazy<Lists>? lists) => (_all, _lists) = (all, lists);

    /// <summary>Whether everyone knows everyone.</summary>
    public bool IsFull => _lists is null;

    /// <summary>The order in which clients hand something around, each to a peer; null where there is none.</summary>
    public Func<ImmutableArray<int>>? Ring { get; private init; }

    /// <summary>The greatest number of experts that a client may ask, or of clients that may ask an expert; its own is one of each.</summary>
    public int Most => _lists is { } lists ? lists.Value.Most : _all.Length;

    /// <summary>Everyone knows everyone.</summary>
    /// <param name="clients">n.</param>
    public static Topology Full(int clients) => new([.. Enumerable.Range(0, clients)], null);

    /// <summary>Some know some.</summary>
    /// <param name="clients">n.</param>
    /// <param name="peers">Makes what gives each client's peers, others than itself, each once.</param>
    /// <param name="ring">As in <see cref="Ring"/>.</param>
    internal static Topology Of(int clients, Func<Func<int, IEnumerable<int>>> peers, Func<ImmutableArray<int>>? ring) =>
        new([], new(() => Lists.Of(clients, peers()))) { Ring = ring };

    /// <summary>The experts that a client may ask, ascending, its own among them.</summary>
    public ImmutableArray<int> Experts(int client) => _lists is { } lists ? [.. lists.Value.Of(client)] : _all;

    /// <summary>Other clients that may ask a client's expert, ascending.</summary>
    public IEnumerable<int> Askers(int client) => _lists is { } lists ? lists.Value.Askers.Value[client] : _all.Where(other => other != client);

    /// <summary>The number of experts that a client may ask.</summary>
    public int Count(int client) => _lists is { } lists ? lists.Value.Of(client).Length : _all.Length;

    /// <summary>Them, where they are not all.</summary>
    public ImmutableArray<int>? Rows(int client) => IsFull ? null : Experts(client);

    /// <summary>Whether a client may ask an expert.</summary>
    public bool Knows(int client, int expert) => Place(client, expert) >= 0;

    /// <summary>The place of an expert among those that a client may ask; negative where it may not.</summary>
    public int Place(int client, int expert) => _lists is { } lists ? lists.Value.Of(client).BinarySearch(expert) : expert;

    /// <summary>Experts as a message to a client names them: nobody where all are meant that it may ask, and itself where none of those is.</summary>
    /// <param name="client">The client.</param>
    /// <param name="isMeant">Whether an expert is meant.</param>
    public ImmutableArray<int> Named(int client, Func<int, bool> isMeant)
    {
        var experts = Experts(client);
        ImmutableArray<int> some = [.. experts.Where(isMeant)];
        return some.Length == experts.Length ? [] : some.IsEmpty ? [client] : some;
    }

    /// <summary>Experts that a message to a client names: all that it may ask where it names nobody.</summary>
    public ImmutableArray<int> Meant(int client, ImmutableArray<int> named) => named.IsEmpty ? Experts(client) : named;

    /// <summary>All clients' experts, one after the other.</summary>
    private sealed record Lists(int[] Starts, int[] Experts, int Most)
    {
        /// <summary>By expert, found when they are first asked for.</summary>
        public Lazy<ILookup<int, int>> Askers { get; } = new(() => Enumerable.Range(0, Starts.Length - 1)
            .SelectMany(client => Experts[Starts[client]..Starts[client + 1]].Where(expert => expert != client).Select(expert => (Client: client, Expert: expert)))
            .ToLookup(pair => pair.Expert, pair => pair.Client));

        public ReadOnlySpan<int> Of(int client) => Experts.AsSpan(Starts[client]..Starts[client + 1]);

        public static Lists Of(int clients, Func<int, IEnumerable<int>> peers)
        {
            var (starts, experts, askers) = (new int[clients + 1], new List<int>(clients), new int[clients]);
            var most = 0;
            for (var client = 0; client < clients; client++)
            {
                int[] own = [.. peers(client).Append(client).Order()];
                experts.AddRange(own);
                starts[client + 1] = experts.Count;
                most = Math.Max(most, own.Length);
                foreach (var expert in own)
                {
                    most = Math.Max(most, ++askers[expert]);
                }
            }

            return new(starts, [.. experts], most);
        }
    }
}
