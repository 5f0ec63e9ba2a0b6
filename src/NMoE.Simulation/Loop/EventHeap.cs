using NMoE.Chance;

namespace NMoE.Simulation.Loop;

/// <summary>
/// Pending events, ordered by (virtual time, insertion number, or a number drawn in its place): a four-ary heap. One that was withdrawn, or cancelled by its token, leaves when it comes to the front
/// or, at the latest, when the heap has doubled or half of it was withdrawn: to note each entry's place, so that it could leave at once, would cost a look at an entry for each step of each sifting.
/// Keys lie in the array: sifting follows no pointer.
/// </summary>
internal sealed class EventHeap
{
    private const int Arity = 4;
    private const int LeastSweep = 1024;
    private const uint TiePurpose = 0x4C4F_0001;
    private Node[] _nodes = new Node[64];
    private int _sweepAt = LeastSweep;
    private int _withdrawn;

    /// <summary>Number of entries, cancelled ones that are still here included.</summary>
    public int Count { get; private set; }

    /// <summary>Number of entries that are not cancelled.</summary>
    public int Live => _nodes.Take(Count).Count(node => !node.Entry.IsCancelled);

    /// <summary>What the order of entries of one instant is drawn from; null for the order in which they came. Entries that are here keep their places.</summary>
    public ulong? TieSeed { get; set; }

    private long _inserted;

    /// <summary>Adds an entry at an instant.</summary>
    public void Push(long ticks, PendingEvent entry)
    {
        if (Count >= _sweepAt)
        {
            Sweep();
        }

        if (Count == _nodes.Length)
        {
            Array.Resize(ref _nodes, Count * 2);
        }

        entry.IsPending = true;
        SiftUp(Count++, new Node(ticks, Order(_inserted++), entry));
    }

    /// <summary>The instant of the earliest entry; the heap must not be empty.</summary>
    public long EarliestTicks => _nodes[0].Ticks;

    /// <summary>Removes and returns the earliest entry; the heap must not be empty.</summary>
    public PendingEvent Pop()
    {
        var first = _nodes[0].Entry;
        first.IsPending = false;
        var last = _nodes[--Count];
        _nodes[Count] = default;
        if (Count > 0)
        {
            SiftDown(0, last);
        }

        return first;
    }

    /// <summary>Removes cancelled entries until the earliest is a live one.</summary>
    public void DropCancelledFront()
    {
        while (Count > 0 && _nodes[0].Entry.IsCancelled)
        {
            _withdrawn -= Pop().IsWithdrawn ? 1 : 0;
        }
    }

    /// <summary>Withdraws an entry, if it is still here.</summary>
    public void Withdraw(PendingEvent entry)
    {
        if (!entry.IsPending || entry.IsWithdrawn)
        {
            return;
        }

        entry.IsWithdrawn = true;
        if (++_withdrawn > LeastSweep && _withdrawn > Count / 2)
        {
            Sweep();
        }
    }

    /// <summary>No two entries have the same: below the drawn bits stands the insertion number.</summary>
    private long Order(long number) => TieSeed is not { } seed
        ? number
        : ((long)(Philox.Draw(seed, TiePurpose, (uint)(number >> 32), (uint)number).A >> 1) << 32) | (uint)number;

    private void Sweep()
    {
        var live = 0;
        for (var i = 0; i < Count; i++)
        {
            var node = _nodes[i];
            if (node.Entry.IsCancelled)
            {
                node.Entry.IsPending = false;
            }
            else
            {
                _nodes[live++] = node;
            }
        }

        Array.Clear(_nodes, live, Count - live);
        (Count, _withdrawn) = (live, 0);
        for (var place = live - 1; place >= 0; place--)
        {
            SiftDown(place, _nodes[place]);
        }

        _sweepAt = Math.Max(LeastSweep, 2 * live);
    }

    private void SiftUp(int place, Node node)
    {
        while (place > 0)
        {
            var parent = (place - 1) / Arity;
            if (!node.Before(_nodes[parent]))
            {
                break;
            }

            _nodes[place] = _nodes[parent];
            place = parent;
        }

        _nodes[place] = node;
    }

    private void SiftDown(int place, Node node)
    {
        while (true)
        {
            var first = (place * Arity) + 1;
            if (first >= Count)
            {
                break;
            }

            var least = first;
            var end = Math.Min(first + Arity, Count);
            for (var child = first + 1; child < end; child++)
            {
                if (_nodes[child].Before(_nodes[least]))
                {
                    least = child;
                }
            }

            if (!_nodes[least].Before(node))
            {
                break;
            }

            _nodes[place] = _nodes[least];
            place = least;
        }

        _nodes[place] = node;
    }

    private readonly struct Node(long ticks, long order, PendingEvent entry)
    {
        public readonly long Ticks = ticks;
        public readonly long Order = order;
        public readonly PendingEvent Entry = entry;

        public bool Before(in Node other) => Ticks < other.Ticks || (Ticks == other.Ticks && Order < other.Order);
    }
}
