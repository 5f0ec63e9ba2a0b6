using Akka.Actor;
using NMoE.Simulation.Tracing;

namespace NMoE.Federation.Devices;

/// <summary>
/// An actor's timers, one of a name at most: as Akka's own, in a tenth of its objects, because a client sets one anew whenever it hears of a server. A timer that was withdrawn, or set anew, is not heard of, though it
/// may have fired already. For an actor, which withdraws all of them at its end.
/// </summary>
/// <param name="scheduler">The scheduler, virtual or real.</param>
/// <param name="actor">Whose timers they are.</param>
internal sealed class DeviceTimers(IScheduler scheduler, IActorRef actor)
{
    private readonly List<DeviceTimer> _set = [];

    /// <summary>Sets a timer, or sets the one of this name anew.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="message">What the actor is told when it fires.</param>
    /// <param name="delay">Time until then.</param>
    public void Set(string name, object message, TimeSpan delay)
    {
        Cancel(name);
        var timer = new DeviceTimer(name, message);
        _set.Add(timer);
        scheduler.ScheduleTellOnce(delay, actor, timer, ActorRefs.NoSender, timer);
    }

    /// <summary>Withdraws a timer, if it is set.</summary>
    public void Cancel(string name)
    {
        for (var i = 0; i < _set.Count; i++)
        {
            if (_set[i].Name == name)
            {
                _set[i].Cancel();
                _set.RemoveAt(i);
                return;
            }
        }
    }

    /// <summary>Withdraws all.</summary>
    public void CancelAll()
    {
        _set.ForEach(timer => timer.Cancel());
        _set.Clear();
    }

    /// <summary>What a timer says that has fired; null where it was withdrawn.</summary>
    public object? Fired(DeviceTimer timer) => _set.Remove(timer) ? timer.Message : null;
}

/// <summary>A timer that is set: what its actor is told when it fires, and the way to withdraw it.</summary>
/// <param name="name">Its name.</param>
/// <param name="message">What it says.</param>
internal sealed class DeviceTimer(string name, object message) : ICancelable, ITracedAs
{
    /// <inheritdoc/>
    public string TraceKind => "Akka.Actor.Scheduler.TimerScheduler+TimerMsg";

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>What it says.</summary>
    public object Message => message;

    /// <inheritdoc/>
    public bool IsCancellationRequested { get; private set; }

    /// <inheritdoc/>
    public CancellationToken Token => throw new NotSupportedException("A device's timer is asked whether it is withdrawn.");

    /// <inheritdoc/>
    public void Cancel() => IsCancellationRequested = true;

    /// <inheritdoc/>
    public void Cancel(bool throwOnFirstException) => Cancel();

    /// <inheritdoc/>
    public void CancelAfter(TimeSpan delay) => throw new NotSupportedException("A device's timer is withdrawn at once.");

    /// <inheritdoc/>
    public void CancelAfter(int millisecondsDelay) => throw new NotSupportedException("A device's timer is withdrawn at once.");
}
