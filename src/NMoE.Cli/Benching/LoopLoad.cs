using System.Diagnostics;
using Akka.Actor;
using NMoE.Simulation.Loop;

namespace NMoE.Cli.Benching;

/// <summary>
/// A load of plain actors: each keeps one message to itself scheduled, at drawn delays, and with each schedules another that it cancels
/// at its next, so that half of all timers never fire. The trace's hash and the leak check are on, as in every world.
/// </summary>
internal static class LoopLoad
{
    /// <summary>Events a second with so many pending.</summary>
    /// <param name="pending">Timers that are pending at any time, two an actor.</param>
    /// <param name="events">Messages to deliver.</param>
    public static double Actors(int pending, long events)
    {
        using var simulation = new VirtualWorld("bench");
        simulation.World.Await("bench", "its events");
        var actors = pending / 2;
        var countdown = new Countdown(simulation.World) { Left = events + actors };
        for (var i = 0; i < actors; i++)
        {
            var seed = (uint)i;
            simulation.Spawn(Props.Create(() => new Ticker(countdown, seed)), FormattableString.Invariant($"ticker-{i}"));
        }

        var start = Stopwatch.GetTimestamp();
        simulation.Run(CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _ = simulation.World.Trace.Hash();
        return events / seconds;
    }

    /// <summary>The same on a bare loop, which cannot cancel: its timers all fire, half of them into nothing.</summary>
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
        private Delays _delays;
        private ICancelable? _unneeded;

        public Ticker(Countdown countdown, uint seed)
        {
            _countdown = countdown;
            _delays = new Delays(seed);
        }

        protected override void PreStart() => Self.Tell(Tick);

        protected override void OnReceive(object message)
        {
            _countdown.Happened();
            _unneeded?.Cancel();
            var scheduler = Context.System.Scheduler;
#pragma warning disable AK1004 // The world ends with the load, and a plain scheduled message is what is measured.
            scheduler.ScheduleTellOnce(TimeSpan.FromTicks(_delays.Next()), Self, Tick, Self);
#pragma warning restore AK1004
            _unneeded = scheduler.ScheduleTellOnceCancelable(TimeSpan.FromTicks(1_000_000 + _delays.Next()), Self, Never, Self);
        }
    }
}
