using System.Collections.Concurrent;
using Akka;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Nodes;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using AkkaCluster = Akka.Cluster.Cluster;

namespace NMoE.Cluster.Work;

/// <summary>
/// Computes jobs of whatever coordinator stands at its seeds, one after the other, until it is stopped or refused. A node that loses its coordinator stops its work; another joins in its
/// place, with the same store.
/// </summary>
/// <param name="node">How its nodes are started.</param>
/// <param name="kit">What it works with.</param>
/// <param name="say">Told what happens, from several threads.</param>
public sealed class Worker(NodeSettings node, WorkerKit kit, Action<WorkerNews> say) : IDisposable
{
    // Soon: a coordinator that starts again waits for its workers.
    private static readonly NodeBackOff s_backOff = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(15));

    private readonly IBlobShelf _shelf = new StoreShelf(kit.Store);
    private LocalExecutor? _executor;

    /// <summary>Works until <paramref name="stop"/>, or until it is refused.</summary>
    /// <exception cref="NodeException">Its first node cannot be started.</exception>
    public async Task<WorkerEnd> RunAsync(CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var end = new WorkerEnd(null);
        void End(WorkerEnd because)
        {
            end = because;
            over.Cancel();
        }

        await new NodeLife(() => Start(End), s_backOff, TimeProvider.System).RunAsync(Tell, over.Token).ConfigureAwait(false);
        return end;
    }

    /// <summary>Stops what still runs, and returns when it has stopped.</summary>
    public void Dispose() => _executor?.Dispose();

    private void Tell(NodeNews news) => say(new(
        news.What switch
        {
            NodeEvent.Started => WorkerEvent.Joining,
            NodeEvent.Lost => WorkerEvent.Lost,
            _ => WorkerEvent.Failed,
        },
        news.Text));

    private ClusterNode Start(Action<WorkerEnd> end)
    {
        _executor?.Dispose();
        _executor = null;
        var started = ClusterNode.Start(node, WorkForms.All);
        var blobs = started.ShareBlobs(_shelf);
        var parts = new WorkerParts(
            kit,
            coordinator => BenchFor(coordinator, blobs),
            say,
            reason =>
            {
                say(new(WorkerEvent.Lost, reason + "; the work is stopped"));
                GiveUp(started.System);
            },
            end);
        var worker = started.System.ActorOf(WorkerActor.Of(parts), WorkerActor.Name);
        started.WatchRole(NodeRoles.Coordinator, worker);
        CoordinatedShutdown.Get(started.System).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "say-goodbye", () =>
        {
            worker.Tell(new WorkerActor.Goodbye());
            return Task.FromResult(Done.Instance);
        });
        return started;
    }

    private Bench BenchFor(Address coordinator, IActorRef blobs)
    {
        var times = new ConcurrentDictionary<string, TimeSpan>(StringComparer.Ordinal);
        _executor?.Dispose();
        _executor = new LocalExecutor(
            kit.Store, kit.Functions, kit.FingerprintOf, kit.Threads, kit.PerThreadStart,
            (job, _, time) => times[JobKey.Of(kit.FingerprintOf(job.Kind), job)] = time);
        return new(kit, _executor, times, _shelf, blobs, coordinator, say);
    }

    /// <summary>Out of its cluster at once, without asking those that it no longer reaches.</summary>
    private static void GiveUp(ActorSystem system)
    {
        var cluster = AkkaCluster.Get(system);
        cluster.Down(cluster.SelfAddress);
    }
}
