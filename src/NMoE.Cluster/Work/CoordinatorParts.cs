using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;

namespace NMoE.Cluster.Work;

/// <summary>What a coordinator works with.</summary>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Probe">What every worker is asked: whether it has the data set, and what its training step gives.</param>
/// <param name="StepHash">SHA-256 of what that step gives here.</param>
/// <param name="Prints">The fingerprint of each kind of job.</param>
/// <param name="Patience">How long jobs wait while nobody takes any.</param>
/// <param name="Shelf">The store.</param>
/// <param name="Remake">Makes a blob again that has left the store. Blocks.</param>
/// <param name="Counts">What was run and remembered so far.</param>
/// <param name="Blobs">The node's exchange of blobs.</param>
/// <param name="Forget">Told of each job when it has come to its end.</param>
/// <param name="Say">Told what a user should know, a line each.</param>
internal sealed record CoordinatorParts(
    string Experiment, WorkerProbe Probe, string StepHash, ImmutableSortedDictionary<string, string> Prints, TimeSpan Patience, CoordinatorShelf Shelf,
    Action<BlobRef> Remake, Func<ExecutorCounts> Counts, IActorRef Blobs, Action<CarriedJob> Forget, Action<string> Say)
{
    /// <summary>How often it looks around.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>From the run to its coordinator: how far it is.</summary>
internal sealed record AtTime(string Stage, double Seconds);
