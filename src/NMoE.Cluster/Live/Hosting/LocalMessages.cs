using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>To the node: one of its devices lets something be seen.</summary>
internal sealed record LocalSeen(Seen Seen);

/// <summary>To the node: the run cannot go on.</summary>
internal sealed record LocalFailure(string Reason);

/// <summary>To the node: a role threw what no crash explains.</summary>
internal sealed record LocalBug(DeviceId Device, Exception Failure);

/// <summary>To the node: a server of it persisted something.</summary>
internal sealed record LocalReplica(Replica Replica);

/// <summary>To the node: a device has begun to wait, or has nothing left to do.</summary>
internal sealed record WorkChanged;

/// <summary>Director to its own node: what run do you know?</summary>
internal sealed record AskRun;

/// <summary>Answer.</summary>
/// <param name="Begun">The run; null where there is none yet.</param>
/// <param name="Ended">How it ended; null while it goes on.</param>
/// <param name="Ports">The doors of the node's devices, once it has begun.</param>
internal sealed record KnownRun(RunBegun? Begun, RunEnded? Ended, LivePorts? Ports);

/// <summary>Director to its own node: a run begins; have all ready for the servers.</summary>
internal sealed record Prepare(RunBegun Begun);

/// <summary>Director to its own node: another node has begun, and can keep what the servers persisted.</summary>
internal sealed record PeerBegun;

/// <summary>Director to its own node: what was seen?</summary>
internal sealed record AskJournal;

/// <summary>Answer.</summary>
/// <param name="Seen">Each with the node that saw it.</param>
internal sealed record KnownJournal(ImmutableArray<(Address Origin, Seen Seen)> Seen);

/// <summary>Director to its own node: this is what there is to report.</summary>
internal sealed record Completed(LiveHistory History);
