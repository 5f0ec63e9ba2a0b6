using System.Collections.Immutable;
using NMoE.Cluster.Live.Ports;
using NMoE.Compute.Blobs;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>What a node of a live run is told.</summary>
/// <param name="Plan">The experiment.</param>
/// <param name="ConfigHash">Its configuration: nodes with another one are refused.</param>
/// <param name="Code">Its version, in words: the code that it has loaded and the content of its data: likewise.</param>
/// <param name="Nodes">The run begins when so many nodes are there.</param>
/// <param name="Folder">Where this node keeps what must outlive its process: a folder for each run below it.</param>
/// <param name="Open">Opens what the node computes with, in the folder of a run. Called once a run and process, whatever becomes of the node meanwhile.</param>
public sealed record LiveSettings(Plan Plan, string ConfigHash, string Code, int Nodes, string Folder, Func<string, LiveMachine> Open)
{
    /// <summary>How long the node waits for the others. The default value is 10 minutes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The nodes that it was told to join, as <c>host:port</c>; empty at the first.</summary>
    public ImmutableArray<string> Seeds { get; init; } = [];

    /// <summary>Told what a user should know while the node waits, a line each; called on actors' threads.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Clocks of the machine.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How a node's part in a run ended.</summary>
/// <param name="Way">How.</param>
/// <param name="Reason">Why, in words; empty where it came to its end.</param>
/// <param name="History">What there is to report: at the node that led the run at its end, and null elsewhere.</param>
public sealed record LiveEnd(LiveEndKind Way, string Reason, LiveHistory? History);

/// <summary>How a node's part in a run ended.</summary>
public enum LiveEndKind
{
    /// <summary>The run came to its end.</summary>
    Finished,

    /// <summary>The run ended without a result.</summary>
    Failed,

    /// <summary>The others do not take this node.</summary>
    Refused,

    /// <summary>The run did not begin while this node waited for it.</summary>
    NotBegun,

    /// <summary>This node is no longer of its cluster; the run may go on without it. It can come back as a new node.</summary>
    Lost,
}

/// <summary>What was seen and counted in a run.</summary>
/// <param name="Begun">How it began.</param>
/// <param name="Elapsed">When it ended.</param>
/// <param name="Seen">What was seen, in the order of time.</param>
/// <param name="Counts">What was counted, in the order in which the leading node heard of it.</param>
/// <param name="Missing">Blobs that were seen and cannot be had any more: their node was lost.</param>
public sealed record LiveHistory(
    RunBegun Begun, VirtualTime Elapsed, ImmutableArray<Seen> Seen,
    ImmutableArray<(VirtualTime At, LedgerKey Key, LedgerEntry More)> Counts, ImmutableSortedSet<BlobHash> Missing);
