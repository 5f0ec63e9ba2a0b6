using System.Collections.Immutable;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Settings;

/// <summary>What partitions and holds cut.</summary>
public static class Cuts
{
    /// <summary>
    /// The paths of a partition or hold: from each device of the first group to each other device of the second. An aggregator on a client is cut with that client, whose links
    /// it uses, and never from it.
    /// </summary>
    /// <param name="fault">The fault.</param>
    /// <param name="clients">Number of clients.</param>
    /// <param name="aggregator">Where the aggregator runs.</param>
    /// <param name="sites">Number of sites.</param>
    /// <returns>The paths; null for a fault that cuts nothing by its kind.</returns>
    public static Between? Of(ScheduledFault fault, int clients, AggregatorSection aggregator, int sites)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentNullException.ThrowIfNull(aggregator);
        DeviceId Place(DeviceId device) => aggregator.AccessOf(device) is { IsClient: true } host ? host : device;
        return fault.From is { } others
            ? new Between([.. Devices(fault.Who, clients, aggregator, sites).Select(Place)], [.. Devices(others, clients, aggregator, sites).Select(Place)]) { PlaceOf = Place }
            : null;
    }

    /// <summary>Devices that lose a path by a cut, ascending.</summary>
    /// <param name="cut">The cut.</param>
    /// <param name="clients">Number of clients.</param>
    /// <param name="aggregator">Where the aggregator runs.</param>
    /// <param name="sites">Number of sites.</param>
    public static IEnumerable<DeviceId> Meet(Between cut, int clients, AggregatorSection aggregator, int sites)
    {
        ArgumentNullException.ThrowIfNull(cut);
        return cut.IsEmpty ? [] : Devices(DeviceGroup.Any, clients, aggregator, sites).Where(device => cut.OneSide.Union(cut.OtherSide).Contains(cut.PlaceOf(device)));
    }

    /// <summary>The devices of a group: all of them is the aggregator's other places, too, and the edge servers.</summary>
    public static ImmutableSortedSet<DeviceId> Devices(DeviceGroup group, int clients, AggregatorSection aggregator, int sites)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(aggregator);
        return group.IsAny ? group.Of(clients).Union(aggregator.StandbyDevices).Union(Enumerable.Range(0, sites).Select(DeviceId.Edge)) : group.Of(clients);
    }
}
