using System.Diagnostics;
using Akka.Actor;
using NMoE.Simulation.Loop;

namespace NMoE.Bench.Loads;

/// <summary>
/// A load of plain actors: each keeps messages to itself scheduled, at drawn delays, and with each schedules another that it cancels
/// before its time, so that half of all timers never fire. The trace's hash and the leak check are on, as in every world.
/// </summary>
internal static class LoopLoad
{
    /// <summary>Events a second with so many pending.</summary>
    /// <param name="pending">Timers that are pending at any time.</param>
    /// <param name="actors">Actors that they are spread over, at least two each.</param>
    /// <param name="events">Messages to deliver.</param>
    public static double Actors(int pending, int actors, long events)
    {
        using var simulation = new VirtualWorld("bench");
        simulation.World.Await("bench", "its events");
        var each = pending / 2 / actors;
        var countdown = new Countdown(simulation.World) { Left = events + (each * actors) };
        for (var i = 0; i < actors; i++)
        {
            var seed = (uint)i;
            simulation.Spawn(Props.Create(() => new Ticker(countdown, seed, each)), FormattableString.Invariant($"ticker-{i}"));
        }

        var start = Stopwatch.GetTimestamp();
        simulation.Run(CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _ = simulation.World.Trace.Hash();
        return events / seconds;
    }

    /// <summary>The same without actors: each event is an action of the world, which schedules its next. With the trace's hash and all checks.</summary>
    public static double Actions(int pending, long events)
    {
        using var simulation = new VirtualWorld("bench");
        var world = simulation.World;
        world.Await("bench", "its events");
        var countdown = new Countdown(world) { Left = events };
        for (var i = 0; i < pending; i++)
        {
            var draws = new Delays((uint)i);
            void Tick()
            {
                countdown.Happened();
                world.After(TimeSpan.FromTicks(draws.Next()), "tick", Tick);
            }

            world.After(TimeSpan.FromTicks(draws.Next()), "tick", Tick);
        }

        var start = Stopwatch.GetTimestamp();
        simulation.Run(CancellationToken.None);
        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The same on a bare loop over the base library's PriorityQueue, which cannot cancel: its timers all fire, half of them into nothing.</summary>
    public static double Bare(int pending, long events)
    {
        var loop = new BareLoop();
        for (var i = 0; i < pending; i++)
        {
            var draws = new Delays((uint)i);
            void Tick() => loop.Schedule(draws.Next(), Tick);
            Tick();
        }

        var start = Stopwatch.GetTimestamp();
        loop.Run(events);
        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Delays of 1 to 65 536 ticks from a linear congruence: cheap, so that the loop is what is measured.</summary>
    private struct Delays(uint seed)
    {
        private uint _state = (seed * 2654435761) + 1;

        public long Next()
        {
            _state = (_state * 1664525) + 1013904223;
            return 1 + (_state >> 16);
        }
    }

    private sealed class Countdown(World world)
    {
        public long Left { get; set; }

        public void Happened()
        {
            if (--Left == 0)
            {
                world.Finish("bench");
            }
        }
    }

    private sealed class Ticker : UntypedActor
    {
        private static readonly object Tick = new();
        private static readonly object Never = new();
        private readonly Countdown _countdown;
        private readonly int _each;
        private readonly Queue<ICancelable> _unneeded = [];
        private Delays _delays;

        public Ticker(Countdown countdown, uint seed, int each)
        {
            _countdown = countdown;
            _delays = new Delays(seed);
            _each = each;
        }

        protected override void PreStart()
        {
            for (var i = 0; i < _each; i++)
            {
                Self.Tell(Tick);
            }
        }

        protected override void OnReceive(object message)
        {
            _countdown.Happened();
            if (_unneeded.Count == _each)
            {
                _unneeded.Dequeue().Cancel();
            }

            var scheduler = Context.System.Scheduler;
#pragma warning disable AK1004 // The world ends with the load, and a plain scheduled message is what is measured.
            scheduler.ScheduleTellOnce(TimeSpan.FromTicks(_delays.Next()), Self, Tick, Self);
#pragma warning restore AK1004
            _unneeded.Enqueue(scheduler.ScheduleTellOnceCancelable(TimeSpan.FromTicks(1_000_000 + _delays.Next()), Self, Never, Self));
        }
    }
}
