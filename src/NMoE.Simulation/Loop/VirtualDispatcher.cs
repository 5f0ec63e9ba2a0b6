using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace NMoE.Simulation.Loop;

/// <summary>Makes the dispatcher of the simulated world; named by <c>akka.actor.default-dispatcher.type</c>.</summary>
internal sealed class VirtualDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly VirtualDispatcher _instance;

    /// <summary>Made by Akka when the dispatcher is first looked up.</summary>
    /// <exception cref="SimulationException">The system's scheduler is not the virtual one.</exception>
    public VirtualDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        _instance = new VirtualDispatcher(
            this,
            prerequisites.Scheduler as VirtualScheduler
            ?? throw new SimulationException("The virtual dispatcher needs the virtual scheduler; start the system with VirtualWorld.Configuration."));

    public override MessageDispatcher Dispatcher() => _instance;
}

/// <summary>Puts every mailbox run on the world's queue, and refuses messages that come from other threads while the loop runs.</summary>
internal sealed class VirtualDispatcher : MessageDispatcher
{
    private readonly World _world;

    public VirtualDispatcher(MessageDispatcherConfigurator configurator, VirtualScheduler scheduler)
        : base(configurator)
    {
        _world = scheduler.World;
        Throughput = 64;
    }

    public override void Dispatch(ActorCell cell, Envelope envelope)
    {
        if (_world.Accepts(cell.Self, envelope.Message, envelope.Sender))
        {
            base.Dispatch(cell, envelope);
        }
    }

    public override void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        if (_world.Accepts(cell.Self, message, ActorRefs.NoSender))
        {
            base.SystemDispatch(cell, message);
        }
    }

    protected override void ExecuteTask(IRunnable run) => _world.Enqueue(run);

    protected override void Shutdown()
    {
    }
}
