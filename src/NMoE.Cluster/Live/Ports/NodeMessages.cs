using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Ports;

/// <summary>To the node: one of its devices lets something be seen.</summary>
internal sealed record LocalSeen(Seen Seen);

/// <summary>To the node: the run cannot go on.</summary>
internal sealed record LocalFailure(string Reason);

/// <summary>To the node: a role threw what no crash explains.</summary>
internal sealed record LocalBug(DeviceId Device, Exception Failure);

/// <summary>To the node: a server of it persisted something, and let something be seen by it.</summary>
internal sealed record LocalReplica(Replica Replica);

/// <summary>To the node: a device has begun to wait, or has nothing left to do.</summary>
internal sealed record WorkChanged;
