using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Shaping;

/// <summary>A chunk that has passed a link.</summary>
/// <typeparam name="TFlow">What tells flows apart.</typeparam>
/// <param name="Flow">Whose it is.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="At">When its last bit passed, which may be earlier than anyone looked.</param>
public readonly record struct Passed<TFlow>(TFlow Flow, int Bytes, VirtualTime At);

/// <summary>A link that lets chunks through one at a time, at a bucket's rate. Flows take turns, a chunk each: equal shares where all have chunks waiting.</summary>
/// <typeparam name="TFlow">What tells flows apart.</typeparam>
/// <param name="bucket">Its rate.</param>
internal sealed class ShapedLink<TFlow>(TokenBucket bucket)
    where TFlow : notnull
{
    private readonly Dictionary<TFlow, Queue<(int Bytes, VirtualTime Ready)>> _waiting = [];
    private readonly Queue<TFlow> _turns = new();
    private (TFlow Flow, int Bytes)? _passing;
    private VirtualTime _due;

    /// <summary>When a chunk will have passed; null where none is there.</summary>
    public VirtualTime? Next
    {
        get
        {
            Begin();
            return _passing is null ? null : _due;
        }
    }

    /// <summary>Puts a chunk at a flow's end.</summary>
    /// <param name="flow">Whose it is.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="ready">Since when it is there.</param>
    public void Offer(TFlow flow, int bytes, VirtualTime ready)
    {
        if (!_waiting.TryGetValue(flow, out var chunks))
        {
            _waiting[flow] = chunks = new();
            _turns.Enqueue(flow);
        }

        chunks.Enqueue((bytes, ready));
    }

    /// <summary>Takes away what a flow has waiting. A chunk that is passing passes in vain.</summary>
    public void Remove(TFlow flow)
    {
        if (_waiting.Remove(flow))
        {
            for (var left = _turns.Count; left > 0; left--)
            {
                if (_turns.Dequeue() is var other && !EqualityComparer<TFlow>.Default.Equals(other, flow))
                {
                    _turns.Enqueue(other);
                }
            }
        }
    }

    /// <summary>The chunks that have passed by now, in order. Chunks that are offered between two of them take part at once.</summary>
    public IEnumerable<Passed<TFlow>> Advance(VirtualTime now)
    {
        while (Next is { } due && due.CompareTo(now) <= 0)
        {
            var (flow, bytes) = _passing!.Value;
            _passing = null;
            yield return new(flow, bytes, due);
        }
    }

    private void Begin()
    {
        if (_passing is not null || !_turns.TryDequeue(out var flow))
        {
            return;
        }

        var chunks = _waiting[flow];
        var (bytes, ready) = chunks.Dequeue();
        if (chunks.Count > 0)
        {
            _turns.Enqueue(flow);
        }
        else
        {
            _waiting.Remove(flow);
        }

        _passing = (flow, bytes);
        _due = bucket.Pass(ready, bytes);
    }
}
