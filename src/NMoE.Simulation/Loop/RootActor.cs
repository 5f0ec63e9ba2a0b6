using Akka.Actor;

namespace NMoE.Simulation.Loop;

/// <summary>
/// The ancestor of every actor of the world. What fails below it, and no other parent understands, is a bug: it ends the run
/// here, on the loop's thread, before Akka's own guardian hears of it on another.
/// </summary>
internal sealed class RootActor : UntypedActor
{
    private readonly World _world;

    public RootActor(World world) => _world = world;

    protected override void OnReceive(object message)
    {
        if (message is Spawn spawn)
        {
            spawn.Spawned = Context.ActorOf(spawn.Props, spawn.Name);
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, -1, failure =>
    {
        _world.Fail(_world.Describe(Sender, failure));
        return Directive.Stop;
    }, loggingEnabled: false);

    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _world.Fail(_world.Describe(Self, failure));
            return true;
        }
    }

    /// <summary>Asks for a child; the answer is left in the request, because the asker is not an actor.</summary>
    internal sealed class Spawn(Props props, string name)
    {
        public Props Props { get; } = props;

        public string Name { get; } = name;

        public IActorRef? Spawned { get; set; }
    }
}
