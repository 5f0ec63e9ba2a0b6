using System.Diagnostics;
using Akka.Actor;
using Google.Protobuf.WellKnownTypes;
using NMoE.Cluster.Wire;

namespace NMoE.Bench.Nodes;

/// <summary>A ping on the wire between two nodes of a measurement.</summary>
/// <param name="Number">Which.</param>
internal sealed record Ping(long Number)
{
    public static WireForm Form { get; } = new(
        "bench-ping/1", typeof(Ping), ping => new Int64Value { Value = ((Ping)ping).Number }, bytes => new Ping(Int64Value.Parser.ParseFrom(bytes.Span).Value), 16);
}

/// <summary>Pings from one node to the other and back, ten a second, over the association that blobs and heartbeats take.</summary>
internal sealed class Pinger
{
    private readonly IActorRef _actor;

    private Pinger(IActorRef actor) => _actor = actor;

    public static async Task<Pinger> StartAsync(NodePair pair, CancellationToken cancellation)
    {
        pair.Second.System.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = ((ExtendedActorSystem)pair.First.System).Provider.ResolveActorRef(new RootActorPath(pair.Second.Address) / "user" / "echo");
        var pinger = new Pinger(pair.First.System.ActorOf(Props.Create(() => new PingActor(echo)), "pinger"));
        // The first meets code that is not compiled yet.
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation).ConfigureAwait(false);
        await pinger.TakeAsync(TimeSpan.FromMinutes(1)).ConfigureAwait(false);
        return pinger;
    }

    /// <summary>The answer times since the last call, ascending.</summary>
    public Task<IReadOnlyList<TimeSpan>> TakeAsync(TimeSpan patience) => _actor.Ask<IReadOnlyList<TimeSpan>>(Take.Instance, patience);

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<Ping>(ping => Sender.Tell(ping));
    }

    private sealed class PingActor : ReceiveActor, IWithTimers
    {
        private readonly SortedDictionary<long, long> _under = [];
        private readonly List<TimeSpan> _times = [];
        private long _number;

        public PingActor(IActorRef echo)
        {
            Receive<Tick>(_ =>
            {
                _under[++_number] = Stopwatch.GetTimestamp();
                echo.Tell(new Ping(_number));
            });
            Receive<Ping>(pong =>
            {
                if (_under.Remove(pong.Number, out var sent))
                    _times.Add(Stopwatch.GetElapsedTime(sent));
            });
            Receive<Take>(_ =>
            {
                Sender.Tell((IReadOnlyList<TimeSpan>)[.. _times.Order()]);
                _times.Clear();
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", Tick.Instance, TimeSpan.FromMilliseconds(100));
    }

    private sealed record Take
    {
        public static Take Instance { get; } = new();
    }

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }
}
