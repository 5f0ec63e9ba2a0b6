namespace NMoE.Bench.Loads;

/// <summary>
/// What a discrete-event loop costs at least: a binary heap of (time, number) and a delegate call an event, without actors, cancellation,
/// trace or checks. The same load as <see cref="LoopLoad"/> is run on it for comparison.
/// </summary>
internal sealed class BareLoop
{
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _heap = new();
    private long _order;

    public long Now { get; private set; }

    public void Schedule(long delay, Action action) => _heap.Enqueue(action, (Now + delay, _order++));

    public void Run(long events)
    {
        for (long i = 0; i < events && _heap.TryDequeue(out var action, out var at); i++)
        {
            Now = at.Ticks;
            action();
        }
    }
}
