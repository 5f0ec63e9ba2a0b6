using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace NMoE.Simulation.Loop;

/// <summary>
/// Akka's scheduler in virtual time: timers of actors, receive timeouts and the world's own events are entries of one heap.
/// Chosen by <c>akka.scheduler.implementation</c>; it owns the <see cref="World"/> of its ActorSystem.
/// </summary>
internal sealed class VirtualScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Made by Akka when an ActorSystem starts.</summary>
    public VirtualScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log) => World = new World();

    /// <summary>The world that this scheduler keeps the time of.</summary>
    public World World { get; }

    protected override DateTimeOffset TimeNow => Beginning + MonotonicClock;

    public override TimeSpan MonotonicClock => new(World.Now.Ticks);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        World.Push(delay, new PendingTell(receiver, message, sender, TimeSpan.Zero, cancelable));

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        World.Push(initialDelay, new PendingTell(receiver, message, sender, interval, cancelable));

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        World.Push(delay, new ScheduledAction(action, TimeSpan.Zero, cancelable));

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        World.Push(delay, new ScheduledAction(action.Run, TimeSpan.Zero, cancelable));

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        World.Push(initialDelay, new ScheduledAction(action, interval, cancelable));

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        World.Push(initialDelay, new ScheduledAction(action.Run, interval, cancelable));
}
