using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Ports;

/// <summary>Time since a live run began, in the ticks of virtual time, so that roles and reports know no difference. It never goes back: only its start is read from the calendar.</summary>
internal sealed class LiveClock
{
    private readonly TimeProvider _time;
    private readonly long _from;
    private readonly TimeSpan _offset;

    /// <summary>Begins to count.</summary>
    /// <param name="time">Clocks of the machine.</param>
    /// <param name="began">When the run began. Where that lies before now, so much is on the clock already.</param>
    public LiveClock(TimeProvider time, DateTime began)
    {
        _time = time;
        _from = time.GetTimestamp();
        var passed = time.GetUtcNow().UtcDateTime - began;
        _offset = passed > TimeSpan.Zero ? passed : TimeSpan.Zero;
    }

    /// <summary>Now.</summary>
    public VirtualTime Now => VirtualTime.Zero + (_offset + _time.GetElapsedTime(_from));

    /// <summary>A timer that is not set yet. Akka's own timers tick every 100 ms (cluster.conf): links of milliseconds would look slower than they are.</summary>
    /// <param name="ring">Called each time, on a thread of the pool.</param>
    public ITimer Alarm(Action ring) => _time.CreateTimer(_ => ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>A span in whole milliseconds, rounded up: a timer that rang early would have to be set again.</summary>
    public static TimeSpan Ceiling(TimeSpan span) =>
        span > TimeSpan.Zero ? TimeSpan.FromTicks((span.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond) : TimeSpan.Zero;
}
