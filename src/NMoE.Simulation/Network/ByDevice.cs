namespace NMoE.Simulation.Network;

/// <summary>At most one item a device, found by its number: clients, edge servers, and the other servers, whose numbers are below 0, in an array each. Goes through them in the order of devices.</summary>
/// <typeparam name="T">Items.</typeparam>
public sealed class ByDevice<T>
    where T : class
{
    private const int Least = 8;
    private T?[] _clients = [];
    private T?[] _servers = [];
    private T?[] _edges = [];

    /// <summary>A device's item; null for none.</summary>
    public T? this[DeviceId device]
    {
        get => device.IsClient ? At(_clients, device.Number) : device.IsEdge ? At(_edges, device.Site) : At(_servers, -1 - device.Number);
        set
        {
            ref var items = ref device.IsClient ? ref _clients : ref device.IsEdge ? ref _edges : ref _servers;
            var place = device.IsClient ? device.Number : device.IsEdge ? device.Site : -1 - device.Number;
            if (place >= items.Length)
            {
                Array.Resize(ref items, Math.Max(Least, Math.Max(place + 1, 2 * items.Length)));
            }

            items[place] = value;
        }
    }

    /// <summary>All that there are, with their devices, ascending.</summary>
    public IEnumerable<(DeviceId Device, T Item)> All
    {
        get
        {
            for (var place = 0; place < _edges.Length; place++)
            {
                if (_edges[place] is { } edge)
                {
                    yield return (DeviceId.Edge(place), edge);
                }
            }

            for (var place = _servers.Length - 1; place >= 0; place--)
            {
                if (_servers[place] is { } server)
                {
                    yield return (new DeviceId(-1 - place), server);
                }
            }

            for (var place = 0; place < _clients.Length; place++)
            {
                if (_clients[place] is { } client)
                {
                    yield return (new DeviceId(place), client);
                }
            }
        }
    }

    private static T? At(T?[] items, int place) => place < items.Length ? items[place] : null;
}
