using Akka.Actor;
using Akka.Dispatch;
using NMoE.Simulation.Time;
using NMoE.Simulation.Tracing;

namespace NMoE.Simulation.Loop;

/// <summary>
/// One simulated world: the clock, the queue of mailbox runs and the heap of what is pending, all drained by the thread that calls
/// <see cref="Advance"/>. Belongs to one ActorSystem; nothing in it is static.
/// </summary>
public sealed class World
{
    private const long RunsOfFew = 1_000_000;
    private const long RunsOfPair = 16;
    private const int CancellationCheckEvery = 256;
    private readonly EventHeap _heap = new();
    private readonly Queue<IRunnable> _queue = new();
    private readonly Queue<IRunnable> _arrivals = new();
    private readonly Queue<Action> _closing = new();
    private readonly Dictionary<string, string> _waits = new(StringComparer.Ordinal);
    private volatile Exception? _failure;
    private volatile bool _hasArrivals;
    private long _runsAtInstant;
    private int _loopThread;

    internal World()
    {
    }

    /// <summary>The clock.</summary>
    public VirtualTime Now { get; private set; }

    /// <summary>What has happened.</summary>
    public Trace Trace { get; } = new();

    /// <summary>What the order of events of one instant is drawn from, for those pushed from now on; null for the order in which they are pushed.</summary>
    public ulong? TieSeed
    {
        get => _heap.TieSeed;
        set => _heap.TieSeed = value;
    }

    /// <summary>Called after each event, when all mailboxes are empty, for those who look on from outside the world; null for nobody.</summary>
    public Action? Settled { get; set; }

    /// <summary>Number of pending events, without cancelled ones. Counted anew: for reports and tests.</summary>
    public int Pending => _heap.Live;

    /// <summary>Whether somebody has unfinished work.</summary>
    public bool HasWaits => _waits.Count > 0;

    /// <summary>Who waits for what, ordered by name.</summary>
    public IReadOnlyList<string> Waits => [.. _waits.OrderBy(wait => wait.Key, StringComparer.Ordinal).Select(wait => $"{wait.Key} waits for {wait.Value}")];

    /// <summary>How many actors were spawned.</summary>
    internal int Actors { get; set; }

    /// <summary>Whether the loop stands still, or runs on this thread.</summary>
    private bool IsOnLoop => Volatile.Read(ref _loopThread) is var loop && (loop == 0 || loop == Environment.CurrentManagedThreadId);

    /// <summary>Runs at one instant that are no livelock: everyone may ask everyone, and be answered.</summary>
    private long MostRuns => RunsOfFew + (RunsOfPair * Actors * Actors);

    /// <summary>Notes that somebody has work left, and what it waits for. The run is not over before it is withdrawn.</summary>
    public void Await(string who, string what) => _waits[who] = what;

    /// <summary>Whether somebody has work left.</summary>
    public bool IsAwaited(string who) => _waits.ContainsKey(who);

    /// <summary>Notes that somebody has nothing left to do.</summary>
    public void Finish(string who) => _waits.Remove(who);

    /// <summary>Lets an action of the world happen after a delay.</summary>
    /// <returns>A way to withdraw it before it happens.</returns>
    public IPendingAction After(TimeSpan delay, string kind, Action action)
    {
        var entry = new PendingAction(this, kind, action);
        Push(delay, entry);
        return entry;
    }

    /// <summary>
    /// Lets an action happen when all else of this instant has, before the clock moves: what follows from all that starts and ends at one
    /// instant is then found once. Called on the loop. What it causes at the same instant happens after it.
    /// </summary>
    public void AtInstantEnd(Action action)
    {
        if (!IsLeak("the end of an instant", "an action"))
        {
            _closing.Enqueue(action);
        }
    }

    /// <summary>Ends the run at once, with this reason; the first one wins.</summary>
    public void Fail(Exception reason) => _failure ??= reason;

    /// <summary>
    /// Drains the world: mailboxes first, then the earliest pending event, until <paramref name="until"/> holds or nothing is left.
    /// </summary>
    /// <param name="until">Asked whenever all mailboxes are empty.</param>
    /// <param name="horizon">Events later than this stay pending and the clock stops there; null for no bound.</param>
    /// <param name="cancellation">Stops between two events.</param>
    /// <returns>Whether <paramref name="until"/> held; false when nothing is left before the horizon.</returns>
    /// <exception cref="SimulationException">A leak of real time, a livelock, or a failed role.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public bool Advance(Func<bool> until, VirtualTime? horizon, CancellationToken cancellation)
    {
        _loopThread = Environment.CurrentManagedThreadId;
        try
        {
            for (var events = 0; ; events++)
            {
                DrainMailboxes();
                Settled?.Invoke();
                ThrowIfFailed();
                _heap.DropCancelledFront();
                if (until())
                {
                    return true;
                }

                if (events % CancellationCheckEvery == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                if (CloseInstant())
                {
                    continue;
                }

                if (_heap.Count == 0 || (horizon is { } bound && _heap.EarliestTicks > bound.Ticks))
                {
                    Now = horizon is { } end && end.Ticks > Now.Ticks ? end : Now;
                    return false;
                }

                HappenNext();
            }
        }
        finally
        {
            Volatile.Write(ref _loopThread, 0);
        }
    }

    /// <summary>The reason of a run that ends because an actor failed, with the last events.</summary>
    /// <param name="actor">The actor that failed.</param>
    /// <param name="failure">What it threw.</param>
    public RoleFailedException Describe(IActorRef actor, Exception failure) =>
        new(actor.Path.ToStringWithoutAddress(), Now, Trace.LastEvents(), failure);

    internal bool Accepts(IActorRef receiver, object message, IActorRef? sender)
    {
        if (IsOnLoop)
        {
            return true;
        }

        Fail(new RealTimeLeakException(
            receiver.Path.ToStringWithoutAddress(), message.GetType().Name, sender?.Path.ToStringWithoutAddress() ?? "none"));
        return false;
    }

    internal void Enqueue(IRunnable run)
    {
        if (_loopThread == Environment.CurrentManagedThreadId)
        {
            _queue.Enqueue(run);
            return;
        }

        lock (_arrivals)
        {
            _arrivals.Enqueue(run);
            _hasArrivals = true;
        }
    }

    internal void Withdraw(PendingEvent entry) => _heap.Withdraw(entry);

    internal void Push(TimeSpan delay, PendingEvent entry)
    {
        // Whom it is for is put into words only where it leaks.
        if ((IsOnLoop || !IsLeak(entry.Target, "a timer")) && !entry.IsCancelled)
        {
            _heap.Push((Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)).Ticks, entry);
        }
    }

    /// <summary>Runs mailboxes that other threads filled while the loop stood still: the start and the end of the ActorSystem.</summary>
    internal void DrainArrivals()
    {
        while (TakeArrival() is { } run)
        {
            _queue.Enqueue(run);
        }

        for (var left = _queue.Count; left > 0; left--)
        {
            _queue.Dequeue().Run();
        }
    }

    private bool IsLeak(string target, string what)
    {
        if (IsOnLoop)
        {
            return false;
        }

        Fail(new RealTimeLeakException(target, what, "none"));
        return true;
    }

    private IRunnable? TakeArrival()
    {
        if (!_hasArrivals)
        {
            return null;
        }

        lock (_arrivals)
        {
            _hasArrivals = _arrivals.Count > 1;
            return _arrivals.TryDequeue(out var run) ? run : null;
        }
    }

    private void DrainMailboxes()
    {
        for (var run = TakeArrival(); run is not null; run = TakeArrival())
        {
            _queue.Enqueue(run);
        }

        while (_queue.TryDequeue(out var next))
        {
            next.Run();
            CountRun();
            ThrowIfFailed();
        }

        ThrowIfFailed();
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw failure;
        }
    }

    private bool CloseInstant()
    {
        if (_closing.Count == 0 || (_heap.Count > 0 && _heap.EarliestTicks == Now.Ticks))
        {
            return false;
        }

        CountRun();
        for (var left = _closing.Count; left > 0; left--)
        {
            _closing.Dequeue()();
        }

        return true;
    }

    private void CountRun()
    {
        if (++_runsAtInstant > MostRuns)
        {
            throw new LivelockException(Now, _runsAtInstant, Waits);
        }
    }

    private void HappenNext()
    {
        var ticks = _heap.EarliestTicks;
        var entry = _heap.Pop();
        if (ticks != Now.Ticks)
        {
            Now = new VirtualTime(ticks);
            _runsAtInstant = 0;
        }

        CountRun();
        if (entry.Interval > TimeSpan.Zero)
        {
            _heap.Push((Now + entry.Interval).Ticks, entry);
        }

        entry.Happen(this);
    }
}
