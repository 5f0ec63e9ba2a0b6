using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>Which devices of a run have work left. One that has said nothing has: a node that is slow to start ends no run.</summary>
internal sealed class WorkTable
{
    private readonly SortedSet<DeviceId> _left;

    /// <summary>All clients and the supervisor have work; the aggregator once it says so.</summary>
    public WorkTable(int clients) => _left = [DeviceId.Supervisor, .. Enumerable.Range(0, clients).Select(client => new DeviceId(client))];

    /// <summary>Whether nobody has any.</summary>
    public bool IsDone => _left.Count == 0;

    /// <summary>Whether a client has.</summary>
    public bool Has(int client) => _left.Contains(new DeviceId(client));

    /// <summary>A node said how things stand with its devices.</summary>
    public void Hear(Standing standing)
    {
        _left.UnionWith(standing.Waits.Select(wait => wait.Device));
        _left.ExceptWith(standing.Finished);
    }

    /// <summary>A device has no work left, or is given up.</summary>
    public void Finish(DeviceId device) => _left.Remove(device);
}
