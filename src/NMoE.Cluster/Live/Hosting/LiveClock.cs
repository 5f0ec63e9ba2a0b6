using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Hosting;

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
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _from = time.GetTimestamp();
        var passed = time.GetUtcNow().UtcDateTime - began;
        _offset = passed > TimeSpan.Zero ? passed : TimeSpan.Zero;
    }

    /// <summary>Now.</summary>
    public VirtualTime Now => VirtualTime.Zero + (_offset + _time.GetElapsedTime(_from));
}
