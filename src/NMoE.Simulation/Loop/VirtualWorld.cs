using Akka.Actor;
using Akka.Configuration;

namespace NMoE.Simulation.Loop;

/// <summary>
/// An ActorSystem whose actors live in virtual time. Ordinary actors are spawned below one root; the calling thread is the loop.
/// </summary>
public sealed class VirtualWorld : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly RepointableActorRef _root;

    /// <summary>Starts an ActorSystem of its own.</summary>
    /// <param name="name">Its name, letters and digits.</param>
    public VirtualWorld(string name)
        : this(ActorSystem.Create(name, Configuration))
    {
    }

    /// <summary>Makes a world of a system that was started with <see cref="Configuration"/>.</summary>
    /// <exception cref="SimulationException">The system has another scheduler, or its root did not start.</exception>
    public VirtualWorld(ActorSystem system)
    {
        System = system;
        World = (system.Scheduler as VirtualScheduler)?.World
            ?? throw new SimulationException("This ActorSystem has another scheduler; start it with VirtualWorld.Configuration.");
        _root = (RepointableActorRef)system.ActorOf(
            Props.Create(() => new RootActor(World)).WithDispatcher(DispatcherId), "world");
        if (!SpinWait.SpinUntil(() => { World.DrainArrivals(); return _root.IsStarted; }, StartLimit))
        {
            throw new SimulationException("The world's root actor did not start within 30 s.");
        }

        World.DrainArrivals();
    }

    /// <summary>The dispatcher of every actor of the world.</summary>
    public const string DispatcherId = "akka.actor.default-dispatcher";

    /// <summary>What an ActorSystem needs to live in virtual time.</summary>
    public static Config Configuration { get; } = ConfigurationFactory.ParseString("""
        akka {
          scheduler.implementation = "NMoE.Simulation.Loop.VirtualScheduler, NMoE.Simulation"
          actor.default-dispatcher {
            type = "NMoE.Simulation.Loop.VirtualDispatcherConfigurator, NMoE.Simulation"
            throughput-deadline-time = 0ms
          }
          actor.default-mailbox.mailbox-type = "NMoE.Simulation.Loop.VirtualMailbox, NMoE.Simulation"
          loggers-dispatcher = "akka.actor.internal-dispatcher"
          loglevel = WARNING
          stdout-loglevel = WARNING
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """);

    /// <summary>The ActorSystem.</summary>
    public ActorSystem System { get; }

    /// <summary>The clock, the queue and the trace.</summary>
    public World World { get; }

    /// <summary>Starts an actor below the root. The loop must not be running.</summary>
    public IActorRef Spawn(Props props, string name)
    {
        var spawn = new RootActor.Spawn(props.WithDispatcher(DispatcherId), name);
        _root.Tell(spawn, ActorRefs.NoSender);
        World.Advance(() => true, null, CancellationToken.None);
        World.Actors++;
        return spawn.Spawned ?? throw new SimulationException($"The actor '{name}' did not start.");
    }

    /// <summary>Runs until nobody has work left.</summary>
    /// <exception cref="StallException">Nothing is pending and somebody still waits.</exception>
    /// <exception cref="SimulationException">A leak of real time, a livelock, or a failed role.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Run(CancellationToken cancellation)
    {
        if (!World.Advance(() => !World.HasWaits, null, cancellation) && World.HasWaits)
        {
            throw new StallException(World.Now, World.Waits);
        }
    }

    /// <summary>Runs for a while of virtual time; the clock ends exactly there.</summary>
    public void RunFor(TimeSpan duration) => World.Advance(() => false, World.Now + duration, CancellationToken.None);

    /// <summary>Stops all actors and the ActorSystem.</summary>
    public void Dispose()
    {
        var ended = false;
        System.RegisterOnTermination(() => Volatile.Write(ref ended, true));
        _ = System.Terminate();
        SpinWait.SpinUntil(() => { World.DrainArrivals(); return Volatile.Read(ref ended); }, StartLimit);
        World.Trace.Dispose();
    }
}
