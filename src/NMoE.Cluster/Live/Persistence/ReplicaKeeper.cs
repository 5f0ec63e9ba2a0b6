using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Live.Persistence;

/// <summary>At the node that would take over: keeps what servers persist, once it has the blobs that it names.</summary>
/// <param name="files">Where it is kept.</param>
/// <param name="observed">Told what a server let be seen by what is kept now.</param>
/// <param name="fetch">Fetches a blob from a node.</param>
/// <param name="answer">Answers who asked.</param>
internal sealed class ReplicaKeeper(DurableFiles files, Action<ImmutableArray<Seen>> observed, Action<FetchBlob> fetch, Action<IActorRef, ReplicaKept> answer)
{
    private bool _hasTakenOver;
    private readonly List<(Replica Replica, IActorRef Asker, HashSet<BlobRef> Open)> _waiting = [];

    /// <summary>Is asked to keep something.</summary>
    /// <param name="replica">What.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="from">The asker's node.</param>
    public void Keep(Replica replica, IActorRef asker, Address from)
    {
        if (_hasTakenOver)
        {
            return;
        }

        // Only the newest of a device counts, and an older one that is still waiting will never be answered better.
        _waiting.RemoveAll(item => item.Replica.Device == replica.Device);
        _waiting.Add((replica, asker, [.. replica.Blobs]));
        foreach (var blob in replica.Blobs)
        {
            fetch(new FetchBlob(blob, from));
        }

        Settle();
    }

    /// <summary>The servers go on here from what is kept: what comes late from where they were must not take its place.</summary>
    public void TakeOver()
    {
        _hasTakenOver = true;
        _waiting.Clear();
    }

    /// <summary>A blob is there.</summary>
    public void Fetched(BlobRef blob)
    {
        foreach (var (_, _, open) in _waiting)
        {
            open.Remove(blob);
        }

        Settle();
    }

    /// <summary>A blob cannot be had.</summary>
    public void NotFetched(BlobRef blob, string reason)
    {
        foreach (var (replica, asker, _) in _waiting.Where(item => item.Open.Contains(blob)).ToArray())
        {
            answer(asker, new ReplicaKept(replica.Device, replica.Version, reason));
        }

        _waiting.RemoveAll(item => item.Open.Contains(blob));
    }

    // What lies here already may have a higher version, of a time when this node had the servers: nobody ever saw what became of that.
    private string Write(Replica replica)
    {
        try
        {
            files.Write(replica.Device, replica.Version, replica.Durable.Span);
            observed(replica.Observed);
            return string.Empty;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return problem.Message;
        }
    }

    private void Settle()
    {
        foreach (var (replica, asker, _) in _waiting.Where(item => item.Open.Count == 0).ToArray())
        {
            answer(asker, new ReplicaKept(replica.Device, replica.Version, Write(replica)));
        }

        _waiting.RemoveAll(item => item.Open.Count == 0);
    }
}
