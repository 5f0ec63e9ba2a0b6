using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Ports;

/// <summary>Which node a device is on. Read by several threads; the node's own actor keeps it up to date.</summary>
/// <param name="placement">Where clients are.</param>
/// <param name="addresses">The nodes of the placement, in its order.</param>
internal sealed class LiveDirectory(Placement placement, ImmutableArray<Address> addresses)
{
    private volatile Address? _servers;

    /// <summary>Where clients are.</summary>
    public Placement Placement { get; } = placement;

    /// <summary>The node of aggregator and supervisor; null while nobody knows.</summary>
    public Address? Servers
    {
        get => _servers;
        set => _servers = value;
    }

    /// <summary>The node of a device; null where there is none.</summary>
    public Address? Of(DeviceId device) => !device.IsClient ? _servers
        : device.Number < Placement.Clients ? addresses[Placement.NodeOf(device.Number)]
        : null;

    /// <summary>The clients of a node, ascending.</summary>
    public ImmutableArray<int> ClientsOf(Address node) => addresses.IndexOf(node) is >= 0 and var place ? Placement.ClientsOf(place) : [];
}
