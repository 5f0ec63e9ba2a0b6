using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>
/// What was seen in a run, as one node knows it. What a server let be seen is there once, from whomever it comes; what is only kept here along with a server's state is not seen until its node
/// says so, or this one takes over.
/// </summary>
/// <param name="see">Told of all that is seen, once.</param>
internal sealed class Journal(Action<Seen> see)
{
    private readonly List<(Address Origin, Seen Seen)> _seen = [];

    // Two servers may have come to the same version, the second because nobody kept that of the first, but not at the same tick.
    private readonly HashSet<(SeenMark Mark, VirtualTime At)> _marks = [];
    private readonly List<Seen> _kept = [];

    /// <summary>Each with the node that it came from.</summary>
    public ImmutableArray<(Address Origin, Seen Seen)> All => [.. _seen];

    /// <summary>Something was seen.</summary>
    public void Note(Address origin, Seen seen)
    {
        if (seen.Mark is not { } mark || _marks.Add((mark, seen.At)))
        {
            _seen.Add((origin, seen));
            see(seen);
        }
    }

    /// <summary>Something is kept here along with a server's state.</summary>
    public void Keep(ImmutableArray<Seen> observed)
    {
        _kept.RemoveAll(IsSeen);
        _kept.AddRange(observed.Where(seen => !IsSeen(seen) && !_kept.Exists(kept => (kept.Mark, kept.At) == (seen.Mark, seen.At))));
    }

    /// <summary>The servers are here from now on: what was kept, and their node did not come to say.</summary>
    public ImmutableArray<Seen> TakeOver()
    {
        ImmutableArray<Seen> unsaid = [.. _kept.Where(seen => !IsSeen(seen))];
        _kept.Clear();
        return unsaid;
    }

    private bool IsSeen(Seen seen) => seen.Mark is { } mark && _marks.Contains((mark, seen.At));
}
