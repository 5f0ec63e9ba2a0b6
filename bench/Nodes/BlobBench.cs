using System.Diagnostics;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Security;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Bench.Nodes;

/// <summary>What moving large blobs did to two nodes.</summary>
/// <param name="Rounds">Rounds, each of which moves a blob there and its rewritten form back.</param>
/// <param name="Bytes">Bytes that moved.</param>
/// <param name="Seconds">How long moving took, reading, checking and writing them included, rewriting not.</param>
/// <param name="Idle">Answer times of pings before anything moved, ascending.</param>
/// <param name="Moving">Answer times while blobs moved, ascending.</param>
/// <param name="EarlyMemory">Managed memory in use after a tenth of the rounds, in bytes, all garbage collected.</param>
/// <param name="LateMemory">The same after all.</param>
/// <param name="WorkingSet">The most working set of the process after a round, garbage that is not collected yet included.</param>
/// <param name="Unreachable">How often a member was suspected.</param>
/// <param name="Members">Members that the first node sees up in the end; there are two.</param>
public sealed record BlobBenchResult(
    int Rounds, long Bytes, double Seconds, IReadOnlyList<TimeSpan> Idle, IReadOnlyList<TimeSpan> Moving, long EarlyMemory, long LateMemory, long WorkingSet, int Unreachable, int Members);

/// <summary>
/// A blob goes to the other node, is rewritten there by a job that does nothing else, and comes back, round after round: stores on disk, both nodes in this process, over loopback TCP. Pings between the nodes
/// say how long a heartbeat would wait.
/// </summary>
public static class BlobBench
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Rounds.</param>
    /// <param name="bytes">Size of the blob.</param>
    /// <param name="security">With certificates, what moves is enciphered and sealed.</param>
    /// <param name="folder">An empty folder for the two stores.</param>
    /// <param name="progress">Told of the rounds that are over.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<BlobBenchResult> RunAsync(int rounds, int bytes, NodeSecurity security, string folder, Action<int> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        await using var pair = await NodePair.StartAsync([Ping.Form], security, cancellation).ConfigureAwait(false);
        // Room for the blobs of two rounds: the store's own eviction is part of the load.
        JobStore[] stores = [new(new(Path.Combine(folder, "first"), 4L * bytes)), new(new(Path.Combine(folder, "second"), 4L * bytes))];
        IActorRef[] exchanges = [pair.First.ShareBlobs(new StoreShelf(stores[0])), pair.Second.ShareBlobs(new StoreShelf(stores[1]))];
        var pinger = await Pinger.StartAsync(pair, cancellation).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellation).ConfigureAwait(false);
        var idle = await pinger.TakeAsync(s_patience).ConfigureAwait(false);

        var model = new byte[bytes];
        new Random(1).NextBytes(model);
        var blob = stores[0].Put(model);
        var (early, most, moving) = (0L, 0L, TimeSpan.Zero);
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await FetchAsync(exchanges[1], blob, pair.First.Address, cancellation).ConfigureAwait(false);
            moving += watch.Elapsed;
            blob = Rewrite(stores[1], blob);
            watch.Restart();
            await FetchAsync(exchanges[0], blob, pair.Second.Address, cancellation).ConfigureAwait(false);
            moving += watch.Elapsed;
            most = Math.Max(most, Environment.WorkingSet);
            if (round + 1 == Math.Max(1, rounds / 10))
                early = GC.GetTotalMemory(forceFullCollection: true);
            progress(round + 1);
        }

        var late = GC.GetTotalMemory(forceFullCollection: true);
        return new(rounds, 2L * rounds * bytes, moving.TotalSeconds, idle, await pinger.TakeAsync(s_patience).ConfigureAwait(false), early, late, most, pair.Suspicions, pair.Up);
    }

    // The whole of the job: another blob of the same size.
    private static BlobRef Rewrite(JobStore store, BlobRef blob)
    {
        var bytes = store.Read(blob).ToArray();
        for (var k = 0; k < bytes.Length; k++)
            bytes[k]++;
        return store.Put(bytes);
    }

    private static async Task FetchAsync(IActorRef exchange, BlobRef blob, Address from, CancellationToken cancellation)
    {
        var answer = await exchange.Ask<object>(new FetchBlob(blob, from), s_patience, cancellation).ConfigureAwait(false);
        if (answer is BlobNotFetched failed)
            throw new IOException($"The blob {blob} was not fetched: {failed.Reason}.");
    }
}
