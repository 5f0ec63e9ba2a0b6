using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Persistence;

/// <summary>What a server persists in a decision and what it lets be seen by that go out as one: the node that takes over knows both or neither.</summary>
/// <param name="send">Given each replica once its decision is carried out.</param>
internal sealed class Outbox(Action<Replica> send)
{
    private readonly Dictionary<DeviceId, Replica> _open = [];

    /// <summary>A server persists something; what it lets be seen until <see cref="Decided"/> goes along.</summary>
    public void Persisted(Replica replica)
    {
        Decided(replica.Device);
        _open[replica.Device] = replica;
    }

    /// <summary>A device lets something be seen.</summary>
    /// <returns>Whether it goes along with what the device persisted.</returns>
    public bool Takes(DeviceId device, Seen seen)
    {
        if (!_open.TryGetValue(device, out var replica))
        {
            return false;
        }

        var marked = seen with { Mark = new(device, replica.Version, replica.Observed.Length) };
        _open[device] = replica with { Observed = replica.Observed.Add(marked) };
        return true;
    }

    /// <summary>All that a device decided is carried out.</summary>
    public void Decided(DeviceId device)
    {
        if (_open.Remove(device, out var replica))
        {
            send(replica);
        }
    }
}
