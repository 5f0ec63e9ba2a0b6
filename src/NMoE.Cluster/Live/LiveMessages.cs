using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live;

/// <summary>Node to director: I am here, with this experiment.</summary>
/// <param name="ConfigHash">The experiment's configuration, as 64 hexadecimal digits.</param>
/// <param name="Code">Its version: code and data.</param>
/// <param name="Nodes">How many nodes it waits for.</param>
internal sealed record NodeReady(string ConfigHash, string Code, int Nodes);

/// <summary>Director to node: you cannot take part.</summary>
/// <param name="Reason">Why.</param>
internal sealed record NodeRefused(string Reason);

/// <summary>Director to node: the run has begun. Said again to nodes that come or return.</summary>
/// <param name="Run">Tells the run from all others.</param>
/// <param name="BeganUtcTicks">When, by the director's clock.</param>
/// <param name="Nodes">Addresses, <c>host:port</c>: the servers' node first, then those of clients.</param>
public sealed record RunBegun(string Run, long BeganUtcTicks, ImmutableArray<string> Nodes);

/// <summary>Node to director, each second and when something changed: how things stand here. Counts are of all that the node has sent since it started.</summary>
/// <param name="Run">The run.</param>
/// <param name="Waits">Devices that have work left, and what they wait for.</param>
/// <param name="Finished">Devices that have none.</param>
/// <param name="Ledger">Counts that have changed since the last word.</param>
/// <param name="Last">Whether nothing follows.</param>
/// <param name="Failure">Why the run cannot go on; empty while it can.</param>
internal sealed record Standing(
    string Run, ImmutableArray<(DeviceId Device, string What)> Waits, ImmutableArray<DeviceId> Finished,
    ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> Ledger, bool Last, string Failure);

/// <summary>Director to node: the run has ended. The node says its last standing, and stays until it hears <see cref="RunClosed"/>.</summary>
/// <param name="Run">The run.</param>
/// <param name="Failure">Why it ended without a result; empty where it has one.</param>
internal sealed record RunEnded(string Run, string Failure);

/// <summary>Director to node: all that was wanted of you is here.</summary>
/// <param name="Run">The run.</param>
internal sealed record RunClosed(string Run);

/// <summary>The servers' node to the one that takes over when it dies: keep this.</summary>
/// <param name="Device">Aggregator or supervisor.</param>
/// <param name="Version">Counts what the device persisted.</param>
/// <param name="Durable">What it persisted, as in its file.</param>
/// <param name="Blobs">Blobs that it and what it let be seen name.</param>
internal sealed record Replica(DeviceId Device, long Version, ReadOnlyMemory<byte> Durable, ImmutableArray<BlobRef> Blobs)
{
    /// <summary>What it let be seen up to this version and nobody has seen yet, in order; each has a mark.</summary>
    public ImmutableArray<Seen> Observed { get; init; } = [];
}

/// <summary>Answer: it is kept, with its blobs; or why not.</summary>
/// <param name="Device">As asked.</param>
/// <param name="Version">As asked.</param>
/// <param name="Failure">Empty where it is kept.</param>
internal sealed record ReplicaKept(DeviceId Device, long Version, string Failure);

/// <summary>Sending node to receiving node: a message begins.</summary>
/// <param name="Stream">Tells it from all others of the sending node.</param>
/// <param name="From">Sending device.</param>
/// <param name="To">Receiving device.</param>
/// <param name="Stage">Stage that it is counted under.</param>
/// <param name="Kind">Kind of message.</param>
/// <param name="Shaped">Bytes that pass the channel's links: the message's size on the wire.</param>
/// <param name="Envelope">Bytes of the encoded message, which come first.</param>
/// <param name="Blobs">Blobs that follow it.</param>
internal sealed record StreamOpened(
    long Stream, DeviceId From, DeviceId To, string Stage, string Kind, long Shaped, int Envelope, ImmutableArray<BlobRef> Blobs)
{
    /// <summary>All bytes of the stream.</summary>
    public long Bytes => Math.Max(Shaped, Envelope + Blobs.Sum(blob => blob.Bytes));
}

/// <summary>A piece of a stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Offset">Of its first byte.</param>
/// <param name="Bytes">At most <see cref="MostBytes"/>.</param>
internal sealed record StreamChunk(long Stream, long Offset, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>No chunk is longer: heartbeats share its connection.</summary>
    public const int MostBytes = 1 << 16;
}

/// <summary>Receiving node to sending node: so much has passed the downlink; send on.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Taken">Bytes, all together.</param>
internal sealed record StreamCredit(long Stream, long Taken);

/// <summary>Receiving node to sending node: the stream is over.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Delivered">Whether the message reached its device.</param>
internal sealed record StreamClosed(long Stream, bool Delivered);

/// <summary>Sending node to receiving node: nothing more of this one comes.</summary>
/// <param name="Stream">The stream.</param>
internal sealed record StreamCancelled(long Stream);

/// <summary>To every node: something was seen.</summary>
/// <param name="At">When, since the run began.</param>
/// <param name="What">What.</param>
public sealed record Seen(VirtualTime At, Observation What)
{
    /// <summary>Tells it from all else that servers let be seen, so that it counts once from whomever it comes; null where it does not go along with a server's state.</summary>
    public SeenMark? Mark { get; init; }
}

/// <summary>Which of the things that a server let be seen.</summary>
/// <param name="Device">Aggregator or supervisor.</param>
/// <param name="Version">Of what it persisted along with it.</param>
/// <param name="Index">Among those of the version, from 0.</param>
public sealed record SeenMark(DeviceId Device, long Version, int Index);
