using Akka.Actor;
using NMoE.Simulation.Loop;

namespace NMoE.TestKit;

/// <summary>
/// Akka's test kit in virtual time: actors and probes live on the world's loop, and expecting something lets virtual time pass until it is
/// there. An hour's wait costs nothing, and a spec means the same on every machine.
/// </summary>
public abstract class VirtualTestKit : Akka.TestKit.Xunit2.TestKit
{
    private readonly VirtualWorld _virtual;

    /// <summary>Starts a world of its own for each test.</summary>
    protected VirtualTestKit()
        : base(VirtualWorld.Configuration.WithFallback(DefaultConfig)) => _virtual = new VirtualWorld(Sys);

    /// <summary>The clock, the trace and what is pending.</summary>
    protected World World => _virtual.World;

    /// <summary>Starts an actor of the world.</summary>
    protected IActorRef Spawn(Props props, string name) => _virtual.Spawn(props, name);

    /// <summary>A probe: an actor of the world that remembers what it is told.</summary>
    protected VirtualProbe Probe(string name) => new(_virtual, name, Assertions);

    /// <summary>Lets virtual time pass.</summary>
    protected void Pass(TimeSpan duration) => _virtual.RunFor(duration);

    /// <summary>Runs until nobody has work left.</summary>
    protected void RunToEnd() => _virtual.Run(CancellationToken.None);

    /// <summary>The world ends before the base class waits for the system: only the loop runs its actors.</summary>
    protected override void AfterAll()
    {
        _virtual.Dispose();
        base.AfterAll();
    }
}
