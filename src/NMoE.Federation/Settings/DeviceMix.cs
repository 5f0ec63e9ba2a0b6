using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Learning.Partitions;

namespace NMoE.Federation.Settings;

/// <summary>Devices of one kind.</summary>
/// <param name="Name">Its name; empty for what stands in <c>device</c> itself.</param>
/// <param name="Device">What such a device is.</param>
/// <param name="Rates">Rates of its access, where links are shared.</param>
/// <param name="Expert">The expert that it trains (<c>model.expert</c>).</param>
public sealed record DeviceKind(string Name, DeviceSection Device, RatesSection Rates, string Expert)
{
    /// <summary>The extractor of its own that such a device has beside the shared one, where it has one (<c>pfedmoe.extractor</c>).</summary>
    public string Extractor { get; init; } = new PFedMoeSection().Extractor;

    /// <summary>Its share of all clients; 0 where they are named.</summary>
    public double Share { get; init; }

    /// <summary>The clients that are of this kind by name; empty where a share of all is.</summary>
    public ImmutableSortedSet<int> Named { get; init; } = [];
}

/// <summary>Which client has a device of which kind.</summary>
public sealed class DeviceMix
{
    private const uint Purpose = 0x4D49_0001;
    private readonly ImmutableArray<int> _kinds;

    private DeviceMix(ImmutableArray<DeviceKind> kinds, ImmutableArray<int> of) => (Kinds, _kinds) = (kinds, of);

    /// <summary>All devices are alike.</summary>
    public static DeviceMix None { get; } = new([], []);

    /// <summary>The kinds that there are, beside the device that clients without a kind have.</summary>
    public ImmutableArray<DeviceKind> Kinds { get; }

    /// <summary>Whether all devices are alike.</summary>
    public bool IsEmpty => Kinds.IsEmpty;

    /// <summary>
    /// Shares to whole clients by largest remainder. Who has which kind follows from the seed, and the first of a kind stay when its share grows: they are the next in one order of all clients.
    /// </summary>
    /// <param name="kinds">The kinds; the shares and the named clients together are no more than all.</param>
    /// <param name="clients">Number of clients.</param>
    /// <param name="seeds">What chance follows from.</param>
    public static DeviceMix Of(ImmutableArray<DeviceKind> kinds, int clients, Seeds seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        if (kinds.IsEmpty)
            return None;
        var of = Enumerable.Repeat(kinds.Length, clients).ToArray();
        foreach (var (number, client) in kinds.Index().SelectMany(kind => kind.Item.Named.Select(client => (kind.Index, client))))
            of[client] = number;
        int[] free = [.. new Draws(seeds.Key("device-mix"), Purpose, 0).Permutation(clients).Where(client => of[client] == kinds.Length)];
        var quotas = kinds.Select(kind => kind.Share * clients).ToArray();
        var counts = LargestRemainder.Round([.. quotas, Math.Max(0, free.Length - quotas.Sum())], free.Length, kinds.Length);
        var next = 0;
        foreach (var (number, count) in counts.Take(kinds.Length).Index())
        {
            foreach (var client in free.Skip(next).Take(count))
                of[client] = number;
            next += count;
        }

        return new(kinds, [.. of]);
    }

    /// <summary>A client's kind; null where it has the experiment's own device.</summary>
    public DeviceKind? Of(int client) => (uint)client < (uint)_kinds.Length && _kinds[client] < Kinds.Length ? Kinds[_kinds[client]] : null;

    /// <summary>The clients of a kind, ascending; of null those without one.</summary>
    public ImmutableArray<int> Clients(DeviceKind? kind) => [.. Enumerable.Range(0, _kinds.Length).Where(client => Of(client) == kind)];
}
