using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Cluster.Live.Ports;

namespace NMoE.Cluster.Live.Hosting;

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

/// <summary>To a node or to the director, each second: what is to be said again.</summary>
internal sealed record Beat;
