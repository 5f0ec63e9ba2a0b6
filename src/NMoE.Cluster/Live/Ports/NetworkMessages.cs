using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Ports;

/// <summary>A device of this node has something to send.</summary>
/// <param name="Number">Tells it from all others of this node.</param>
/// <param name="Transfer">The message.</param>
internal sealed record Outgoing(long Number, Transfer Transfer);

/// <summary>What a device persisted before it sent a message is safe: the message may arrive.</summary>
/// <param name="Number">As it was sent.</param>
internal sealed record Released(long Number);

/// <summary>A device of this node went dark: what it was sending stops.</summary>
/// <param name="Device">The device.</param>
internal sealed record Dark(DeviceId Device);
