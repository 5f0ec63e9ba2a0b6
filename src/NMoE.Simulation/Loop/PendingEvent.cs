using Akka.Actor;

namespace NMoE.Simulation.Loop;

/// <summary>Something that will happen at an instant of virtual time.</summary>
internal abstract class PendingEvent
{
    /// <summary>Whether it is in the heap.</summary>
    public bool IsPending { get; set; }

    /// <summary>Whether it was withdrawn while it was there.</summary>
    public bool IsWithdrawn { get; set; }

    /// <summary>Time between repetitions; zero for an event that happens once.</summary>
    public virtual TimeSpan Interval => TimeSpan.Zero;

    /// <summary>Whether it was withdrawn, and will never happen.</summary>
    public virtual bool IsCancelled => IsWithdrawn;

    /// <summary>Who it happens to, for a trace.</summary>
    public abstract string Target { get; }

    /// <summary>Lets it happen, on the loop's thread.</summary>
    public abstract void Happen(World world);
}

/// <summary>What an actor, or Akka itself, has scheduled.</summary>
/// <param name="interval">Time between repetitions; zero for an event that happens once.</param>
/// <param name="cancelable">Whoever may withdraw it, or null.</param>
internal abstract class ScheduledEvent(TimeSpan interval, ICancelable? cancelable) : PendingEvent
{
    public override TimeSpan Interval => interval;

    public override bool IsCancelled => IsWithdrawn || cancelable is { IsCancellationRequested: true };
}

/// <summary>A message that will be told.</summary>
internal sealed class PendingTell(ICanTell receiver, object message, IActorRef sender, TimeSpan interval, ICancelable? cancelable) : ScheduledEvent(interval, cancelable)
{
    public override string Target => receiver is IActorRef actor ? actor.Path.ToStringWithoutAddress() : receiver.ToString() ?? "";

    public override void Happen(World world)
    {
        world.Trace.Tell(world.Now, sender, receiver as IActorRef, message);
        receiver.Tell(message, sender);
    }
}

/// <summary>Something that will be done for Akka.</summary>
internal sealed class ScheduledAction(Action action, TimeSpan interval, ICancelable? cancelable) : ScheduledEvent(interval, cancelable)
{
    private const string Kind = "action";

    public override string Target => Kind;

    public override void Happen(World world)
    {
        world.Trace.Action(world.Now, Kind);
        action();
    }
}

/// <summary>An action of the world itself, such as the end of a transfer.</summary>
internal sealed class PendingAction(World world, string kind, Action action) : PendingEvent, IPendingAction
{
    public void Withdraw() => world.Withdraw(this);

    public override string Target => kind;

    public override void Happen(World world)
    {
        world.Trace.Action(world.Now, kind);
        action();
    }
}
