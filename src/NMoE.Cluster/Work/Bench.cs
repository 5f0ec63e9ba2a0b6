using System.Collections.Concurrent;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Compute.Execution;

namespace NMoE.Cluster.Work;

/// <summary>Where a worker's jobs run while it works for one coordinator.</summary>
/// <param name="Kit">What outlives it.</param>
/// <param name="Executor">Runs them; stopped with the bench.</param>
/// <param name="Times">What each job's function took, by key, until it is told.</param>
/// <param name="Shelf">The worker's store.</param>
/// <param name="Blobs">The node's exchange of blobs.</param>
/// <param name="Coordinator">The coordinator's node.</param>
/// <param name="Say">Told what happens.</param>
internal sealed record Bench(
    WorkerKit Kit, LocalExecutor Executor, ConcurrentDictionary<string, TimeSpan> Times, IBlobShelf Shelf, IActorRef Blobs, Address Coordinator, Action<WorkerNews> Say);
