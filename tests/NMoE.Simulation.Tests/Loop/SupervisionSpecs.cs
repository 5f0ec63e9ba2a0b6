using Akka.Actor;
using NMoE.Simulation.Time;
using NMoE.TestKit;

namespace NMoE.Simulation.Tests.Loop;

/// <summary>What Akka promises its actors holds in virtual time too.</summary>
public sealed class SupervisionSpecs : VirtualTestKit
{
    [Fact]
    public void A_child_that_fails_is_restarted_by_its_parents_strategy_and_goes_on()
    {
        var probe = Probe("probe");
        var parent = Spawn(Props.Create(() => new Parent(probe.Ref)), "parent");
        probe.Tell(parent, "fail");
        Assert.Equal("restarted after: as told", probe.Expect<string>());
        probe.Tell(parent, "hello");
        Assert.Equal("hello", probe.Expect<string>());
    }

    [Fact]
    public void A_death_is_seen_by_who_watches()
    {
        var probe = Probe("probe");
        var victim = Spawn(Props.Create(() => new Child(probe.Ref)), "victim");
        Spawn(Props.Create(() => new Watcher(victim, probe.Ref)), "watcher");
        victim.Tell(PoisonPill.Instance);
        Assert.Equal("victim died", probe.Expect<string>());
    }

    [Fact]
    public void A_timer_that_is_set_anew_fires_once_at_its_last_time()
    {
        var probe = Probe("probe");
        var timed = Spawn(Props.Create(() => new Timed(probe.Ref)), "timed");
        timed.Tell(TimeSpan.FromSeconds(5));
        timed.Tell(TimeSpan.FromSeconds(9));
        Assert.Equal("fired", probe.Expect<string>());
        Assert.Equal(new VirtualTime(TimeSpan.FromSeconds(9).Ticks), probe.LastTold!.At);
        probe.ExpectNothing(TimeSpan.FromHours(1));
    }

    [Fact]
    public void A_periodic_timer_keeps_its_period_and_dies_with_its_actor()
    {
        var probe = Probe("probe");
        var ticker = Spawn(Props.Create(() => new Ticker(probe.Ref)), "ticker");
        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(10, probe.Collect<string>(TimeSpan.Zero).Count);
        ticker.Tell(PoisonPill.Instance);
        probe.ExpectNothing(TimeSpan.FromMinutes(1));
        Assert.Equal(0, World.Pending);
    }

    [Fact]
    public void A_scheduled_message_can_be_withdrawn_by_its_token()
    {
        var probe = Probe("probe");
        using var token = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMinutes(1), probe.Ref, "late", ActorRefs.NoSender, token);
        Assert.Equal(1, World.Pending);
        token.Cancel();
        Assert.Equal(0, World.Pending);
        probe.ExpectNothing(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void What_is_due_at_one_instant_happens_in_the_order_in_which_it_was_scheduled()
    {
        var probe = Probe("probe");
        foreach (var word in new[] { "one", "two", "three" })
        {
            Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), probe.Ref, word, ActorRefs.NoSender);
        }

        Assert.Equal(["one", "two", "three"], probe.Collect<string>(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void An_expectation_that_is_not_met_says_what_came_instead_and_when()
    {
        var probe = Probe("probe");
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(3), probe.Ref, "surprise", ActorRefs.NoSender);
        var failure = Assert.ThrowsAny<Exception>(() => { probe.Expect<Terminated>(); });
        Assert.Contains("expected a Terminated, but at 3.0000000 s was told: surprise", failure.Message, StringComparison.Ordinal);
        Assert.Contains("told nothing", Assert.ThrowsAny<Exception>(() => { probe.Expect<string>(); }).Message, StringComparison.Ordinal);
    }

    private sealed class Parent(IActorRef probe) : UntypedActor
    {
        private readonly IActorRef _child = Context.ActorOf(Props.Create(() => new Child(probe)), "child");

        protected override void OnReceive(object message) => _child.Forward(message);

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
    }

    private sealed class Child(IActorRef probe) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "fail")
            {
                throw new InvalidOperationException("as told");
            }

            probe.Tell(message);
        }

        protected override void PostRestart(Exception reason) => probe.Tell("restarted after: " + reason.Message);
    }

    private sealed class Watcher : UntypedActor
    {
        private readonly IActorRef _probe;

        public Watcher(IActorRef victim, IActorRef probe)
        {
            _probe = probe;
            Context.Watch(victim);
        }

        protected override void OnReceive(object message) => _probe.Tell(((Terminated)message).ActorRef.Path.Name + " died");
    }

    private sealed class Timed(IActorRef probe) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            if (message is TimeSpan delay)
            {
                Timers.StartSingleTimer("alarm", "fired", delay);
                return;
            }

            probe.Tell(message);
        }
    }

    private sealed class Ticker(IActorRef probe) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromSeconds(1));

        protected override void OnReceive(object message) => probe.Tell(message);
    }
}
