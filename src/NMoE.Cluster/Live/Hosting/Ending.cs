using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live.Ports;
using NMoE.Compute.Blobs;
using NMoE.Federation.Roles;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>
/// The end of a run, step by step: every node says its last sums; then the leading node fetches what was made elsewhere and is wanted for the report; then the others may go.
/// </summary>
internal sealed class Ending(
    RunEnded ended, RunBegun begun, VirtualTime at, LiveCounts counts, ImmutableArray<Address> nodes, Peers peers, IActorRef self)
{
    private readonly HashSet<Address> _open = [.. nodes];
    private readonly HashSet<BlobHash> _wanted = [];
    private readonly SortedSet<BlobHash> _missing = [];
    private ImmutableArray<Seen>? _seen;
    private bool _isOver;

    /// <summary>Says the end to those who have not answered.</summary>
    public void Beat()
    {
        foreach (var node in _open)
        {
            peers.Node(node).Tell(ended, self);
        }

        GoOn();
    }

    /// <summary>A node has said its last sums, or is gone.</summary>
    public void Gone(Address node)
    {
        if (_open.Remove(node))
        {
            GoOn();
        }
    }

    /// <summary>What was seen, as the own node knows it.</summary>
    public void Take(KnownJournal journal)
    {
        if (_seen is not null)
        {
            return;
        }

        _seen = [.. journal.Seen.Select(item => item.Seen).OrderBy(item => item.At.Ticks)];
        var wanted = journal.Seen.SelectMany(item => BlobsOf(item.Seen.What).Select(blob => (Blob: blob, item.Origin))).DistinctBy(item => item.Blob.Hash)
            .Where(_ => ended.Failure.Length == 0).ToArray();
        _wanted.UnionWith(wanted.Select(item => item.Blob.Hash));
        foreach (var (blob, origin) in wanted)
        {
            peers.Exchange.Tell(new FetchBlob(blob, origin), self);
        }

        GoOn();
    }

    /// <summary>A blob is there, or cannot be had.</summary>
    public void Fetched(BlobHash blob, bool isThere)
    {
        if (_wanted.Remove(blob) && !isThere)
        {
            _missing.Add(blob);
        }

        GoOn();
    }

    private static IEnumerable<BlobRef> BlobsOf(Observation what) => what switch
    {
        RoundEnded round => round.Model,
        RingEnded ended => ended.Model,
        ExpertTrained expert => [expert.Expert, expert.Extractor],
        PassAnswered answered => [answered.Probabilities],
        _ => [],
    };

    private void GoOn()
    {
        if (_isOver || _open.Count > 0)
        {
            return;
        }

        if (_seen is not { } seen)
        {
            peers.Node(peers.Self).Tell(new AskJournal(), self);
        }
        else if (_wanted.Count == 0)
        {
            _isOver = true;
            foreach (var node in nodes.Where(node => node != peers.Self))
            {
                peers.Node(node).Tell(new RunClosed(begun.Run), self);
            }

            peers.Node(peers.Self).Tell(new Completed(new LiveHistory(begun, at, seen, counts.Close(at), [.. _missing])), self);
        }
    }
}
