using Akka.Actor;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Tests.Loop;

public sealed class VirtualWorldTests
{
    [Fact]
    public void A_timer_of_an_hour_fires_at_the_hour_to_the_tick()
    {
        using var world = new VirtualWorld("test");
        world.Spawn(Props.Create(() => new Sleeper(world.World, TimeSpan.FromHours(1))), "sleeper");
        world.Run(CancellationToken.None);
        Assert.Equal(new VirtualTime(TimeSpan.TicksPerHour), world.World.Now);
    }

    [Fact]
    public void A_receive_timeout_passes_in_virtual_time()
    {
        using var world = new VirtualWorld("test");
        world.Spawn(Props.Create(() => new Idler(world.World)), "idler");
        world.Run(CancellationToken.None);
        Assert.Equal(TimeSpan.FromMinutes(7).Ticks, world.World.Now.Ticks);
    }

    [Fact]
    public void A_cancelled_timer_leaves_the_heap()
    {
        using var world = new VirtualWorld("test");
        world.World.Await("nobody", "nothing");
        var actor = world.Spawn(Props.Create(() => new Canceller(world.World)), "canceller");
        Assert.Equal(1, world.World.Pending);
        actor.Tell("cancel");
        world.RunFor(TimeSpan.Zero);
        Assert.Equal(0, world.World.Pending);
    }

    [Fact]
    public void An_empty_heap_with_work_unfinished_is_a_stall_that_names_who_waits_for_what()
    {
        using var world = new VirtualWorld("test");
        world.World.Await("client-3", "the model of round 2");
        var stall = Assert.Throws<StallException>(() => world.Run(CancellationToken.None));
        Assert.Equal(["client-3 waits for the model of round 2"], stall.Waits);
    }

    [Fact]
    public void Two_actors_that_answer_each_other_for_ever_at_one_instant_are_a_livelock()
    {
        using var world = new VirtualWorld("test");
        world.World.Await("echo", "an end");
        var echo = world.Spawn(Props.Create(() => new Echo()), "echo");
        echo.Tell("go");
        var livelock = Assert.Throws<LivelockException>(() => world.Run(CancellationToken.None));
        Assert.Equal(["echo waits for an end"], livelock.Waits);
    }

    /// <summary>640 000 questions and as many answers at one instant: every one of them is another.</summary>
    [Fact]
    public void Eight_hundred_who_ask_each_other_at_one_instant_are_no_livelock()
    {
        using var world = new VirtualWorld("test");
        const int count = 800;
        world.World.Await("everyone", "answers");
        var open = count * (count - 1);
        Action answered = () =>
        {
            if (--open == 0)
                world.World.Finish("everyone");
        };
        var everyone = Enumerable.Range(0, count).Select(number => world.Spawn(Props.Create(() => new Neighbour(world.World, answered)), $"neighbour-{number}")).ToArray();
        foreach (var one in everyone)
            one.Tell(everyone);
        world.Run(CancellationToken.None);
        Assert.Equal((0, VirtualTime.Zero), (open, world.World.Now));
    }

    [Fact]
    public void Those_who_wait_are_listed_up_to_ten_with_a_count_of_the_others()
    {
        using var world = new VirtualWorld("test");
        for (var client = 0; client < 800; client++)
            world.World.Await($"client-{client:D3}", "its model");
        var stall = Assert.Throws<StallException>(() => world.Run(CancellationToken.None));
        Assert.Equal(800, stall.Waits.Count);
        Assert.EndsWith("; client-009 waits for its model; and 790 more.", stall.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_from_another_thread_fails_the_run_and_names_its_receiver()
    {
        using var world = new VirtualWorld("test");
        world.World.Await("victim", "an end");
        var victim = world.Spawn(Props.Create(() => new Victim(world.World)), "victim");
        victim.Tell("go");
        var leak = Assert.Throws<RealTimeLeakException>(() => world.Run(CancellationToken.None));
        Assert.Contains("/user/world/victim", leak.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_that_nobody_expects_ends_the_run_with_the_last_events()
    {
        using var world = new VirtualWorld("test");
        world.World.Await("thrower", "an end");
        world.Spawn(Props.Create(() => new Thrower()), "thrower").Tell("go");
        var failed = Assert.Throws<RoleFailedException>(() => world.Run(CancellationToken.None));
        Assert.Contains("thrower", failed.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(failed.InnerException);
    }

    [Fact]
    public void A_cancelled_run_stops_between_two_events()
    {
        using var world = new VirtualWorld("test");
        world.World.Await("ticker", "for ever");
        world.Spawn(Props.Create(() => new Ticker()), "ticker");
        using var stop = new CancellationTokenSource();
        world.World.After(TimeSpan.FromSeconds(100), "stop", stop.Cancel);
        Assert.Throws<OperationCanceledException>(() => world.Run(stop.Token));
    }

    [Fact]
    public void Equal_worlds_have_equal_traces_and_a_changed_delay_changes_the_hash()
    {
        Assert.Equal(HashOfSleep(5), HashOfSleep(5));
        Assert.NotEqual(HashOfSleep(5), HashOfSleep(6));
    }

    private static string HashOfSleep(int seconds)
    {
        using var world = new VirtualWorld("test");
        world.Spawn(Props.Create(() => new Sleeper(world.World, TimeSpan.FromSeconds(seconds))), "sleeper");
        world.Run(CancellationToken.None);
        return world.World.Trace.Hash();
    }

    private sealed class Sleeper : ReceiveActor, IWithTimers
    {
        private readonly World _world;
        private readonly TimeSpan _sleep;

        public Sleeper(World world, TimeSpan sleep)
        {
            _world = world;
            _sleep = sleep;
            Receive<string>(_ => world.Finish("sleeper"));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            _world.Await("sleeper", "its alarm");
            Timers.StartSingleTimer("alarm", "wake", _sleep);
        }
    }

    private sealed class Idler : ReceiveActor
    {
        public Idler(World world)
        {
            world.Await("idler", "silence");
            SetReceiveTimeout(TimeSpan.FromMinutes(7));
            Receive<ReceiveTimeout>(_ => world.Finish("idler"));
        }
    }

    private sealed class Canceller : ReceiveActor, IWithTimers
    {
        public Canceller(World world) => Receive<string>(_ => Timers.Cancel("late"));

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartSingleTimer("late", "late", TimeSpan.FromDays(1));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<string>(text => Self.Tell(text));
    }

    private sealed class Victim : ReceiveActor
    {
        public Victim(World world) => Receive<string>(_ =>
        {
            var self = Self;
            var leak = new Thread(() => self.Tell("from outside"));
            leak.Start();
            leak.Join();
        });
    }

    private sealed class Thrower : ReceiveActor
    {
        public Thrower() => Receive<string>(_ => throw new InvalidOperationException("a bug"));
    }

    private sealed class Ticker : ReceiveActor, IWithTimers
    {
        public Ticker() => Receive<string>(_ => { });

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Asks all others after no time at all, and is answered.</summary>
    private sealed class Neighbour : ReceiveActor
    {
        public Neighbour(World world, Action answered)
        {
            Receive<IActorRef[]>(everyone =>
            {
                foreach (var other in everyone.Where(other => !other.Equals(Self)))
                {
                    var asker = Self;
                    world.After(TimeSpan.Zero, "question", () => other.Tell("question", asker));
                }
            });
            Receive<string>(word => word == "question", _ => Sender.Tell("answer"));
            Receive<string>(_ => answered());
        }
    }
}
