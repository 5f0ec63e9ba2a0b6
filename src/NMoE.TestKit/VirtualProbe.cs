using Akka.Actor;
using Akka.TestKit;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Time;

namespace NMoE.TestKit;

/// <summary>What a probe was told, by whom and when.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Message">The message.</param>
/// <param name="Sender">Who told it, or nobody.</param>
public sealed record Told(VirtualTime At, object Message, IActorRef Sender);

/// <summary>An actor of the world that remembers what it is told. Its Expect methods let virtual time pass.</summary>
public sealed class VirtualProbe
{
    /// <summary>How long an expectation waits, in virtual time, when it does not say.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private readonly VirtualWorld _virtual;
    private readonly ITestKitAssertions _assertions;
    private readonly Queue<Told> _told = new();
    private readonly string _name;

    internal VirtualProbe(VirtualWorld world, string name, ITestKitAssertions assertions)
    {
        _virtual = world;
        _assertions = assertions;
        _name = name;
        Ref = world.Spawn(Props.Create(() => new Recorder(this)), name);
    }

    /// <summary>The probe as others see it.</summary>
    public IActorRef Ref { get; }

    /// <summary>Tells an actor something, as this probe.</summary>
    public void Tell(ICanTell receiver, object message)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        receiver.Tell(message, Ref);
    }

    /// <summary>The next message, which must come within a day and be of this type.</summary>
    public T Expect<T>() => Expect<T>(Patience);

    /// <summary>The next message, which must come within this virtual time and be of this type.</summary>
    public T Expect<T>(TimeSpan within)
    {
        var told = Next(within);
        if (told is null)
        {
            _assertions.Fail("{0} expected a {1} within {2} of virtual time, but was told nothing.", _name, typeof(T).Name, within);
        }

        if (told!.Message is not T message)
        {
            _assertions.Fail("{0} expected a {1}, but at {2} was told: {3}", _name, typeof(T).Name, told.At, told.Message);
            throw new InvalidOperationException("unreachable");
        }

        LastTold = told;
        return message;
    }

    /// <summary>Nothing may come within this virtual time; all of it passes.</summary>
    public void ExpectNothing(TimeSpan within)
    {
        var horizon = _virtual.World.Now + within;
        if (Next(within) is { } told)
        {
            _assertions.Fail("{0} expected nothing within {1} of virtual time, but at {2} was told: {3}", _name, within, told.At, told.Message);
        }

        _assertions.AssertTrue(_virtual.World.Now == horizon, "The clock did not reach the end of the silence.");
    }

    /// <summary>All messages of a type that come within this virtual time, all of which passes; others are left out.</summary>
    public IReadOnlyList<T> Collect<T>(TimeSpan within)
    {
        _virtual.RunFor(within);
        T[] found = [.. _told.Select(told => told.Message).OfType<T>()];
        _told.Clear();
        return found;
    }

    /// <summary>The message that was last expected, with its time and sender.</summary>
    public Told? LastTold { get; private set; }

    private Told? Next(TimeSpan within)
    {
        if (_told.Count == 0)
        {
            _virtual.World.Advance(() => _told.Count > 0, _virtual.World.Now + within, CancellationToken.None);
        }

        return _told.TryDequeue(out var told) ? told : null;
    }

    private sealed class Recorder(VirtualProbe probe) : UntypedActor
    {
        protected override void OnReceive(object message) =>
            probe._told.Enqueue(new Told(probe._virtual.World.Now, message, Sender));
    }
}
