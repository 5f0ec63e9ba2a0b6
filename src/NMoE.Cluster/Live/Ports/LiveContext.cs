using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live.Shaping;
using NMoE.Compute.Execution;

namespace NMoE.Cluster.Live.Ports;

/// <summary>What the parts of a node's run share.</summary>
internal sealed class LiveContext
{
    /// <summary>Where things are on nodes.</summary>
    public required Peers Peers { get; init; }

    /// <summary>This node's network, once it is there.</summary>
    public IActorRef Network { get; set; } = ActorRefs.Nobody;

    /// <summary>Time since the run began.</summary>
    public required LiveClock Clock { get; init; }

    /// <summary>The channel's numbers.</summary>
    public required LiveChannel Channel { get; init; }

    /// <summary>Where devices are.</summary>
    public required LiveDirectory Directory { get; init; }

    /// <summary>What computes and keeps.</summary>
    public required LiveMachine Machine { get; init; }

    /// <summary>The doors of this node's devices.</summary>
    public required LivePorts Ports { get; init; }
}

/// <summary>What a node computes with, opened when a run begins and kept while the process lives.</summary>
/// <param name="Executor">Runs jobs.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="Shelf">Where its blobs are.</param>
public sealed record LiveMachine(IExecutor Executor, int Threads, IBlobShelf Shelf);
