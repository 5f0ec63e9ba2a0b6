using System.Diagnostics;
using Akka.Actor;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Bench.Loads;

/// <summary>What the uploads of a round's end are like.</summary>
internal enum RoundEnd
{
    /// <summary>Updates of different sizes, all at once.</summary>
    Unequal,

    /// <summary>Updates of one size, all at once.</summary>
    Equal,

    /// <summary>Updates of different sizes, a millisecond after each other.</summary>
    Staggered,
}

/// <summary>
/// The end of a round: all clients upload to one aggregator, over uplinks of different speeds. As others end, the aggregator's downlink leaves more for
/// each, until uplinks limit first the slow ones and then all.
/// </summary>
internal static class NetworkLoad
{
    private const double Downlink = 1e9;

    /// <summary>Seconds of the loop through network, shared channel, ledger and trace, until the last update has arrived.</summary>
    /// <param name="clients">Number of clients.</param>
    /// <param name="uploads">What they upload, and when.</param>
    public static double Shared(int clients, RoundEnd uploads)
    {
        using var simulation = new VirtualWorld("bench");
        var world = simulation.World;
        var path = new PathConditions(new ConstantDelay(TimeSpan.FromMilliseconds(20)), new IndependentLoss(0));
        var channel = new SharedChannel(
            world, 1, new Packets(),
            device => AccessSchedule.Constant(device.IsClient ? new(Uplink(device.Number), 1e8) : new(Downlink, Downlink)), (_, _) => path);
        var network = new DeviceNetwork(world, channel, _ => { });
        network.Attach(DeviceId.Aggregator, simulation.Spawn(Props.Create(() => new Receiver(world, clients)), "aggregator"));
        world.Await("bench", "its updates");
        for (var client = 0; client < clients; client++)
        {
            var update = new Transfer(
                new DeviceId(client), DeviceId.Aggregator, "extractor", "update", Bytes(uploads == RoundEnd.Equal ? 0 : client), "update");
            world.After(TimeSpan.FromMilliseconds(uploads == RoundEnd.Staggered ? client : 0), "upload", () => network.Send(update));
        }

        var start = Stopwatch.GetTimestamp();
        simulation.Run(CancellationToken.None);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds to find the ends of unequal uploads by computing all rates and moving all bits anew at each end, without actors, ledger and trace.</summary>
    /// <param name="clients">Number of clients.</param>
    public static double RecomputingAll(int clients)
    {
        var start = Stopwatch.GetTimestamp();
        var left = Enumerable.Range(0, clients).Select(client => 8.0 * Bytes(client)).ToArray();
        var caps = Enumerable.Range(0, clients).Select(Uplink).ToArray();
        for (var open = clients; open > 0;)
        {
            var share = Level(caps.AsSpan(0, open));
            var step = double.PositiveInfinity;
            for (var i = 0; i < open; i++)
            {
                step = Math.Min(step, left[i] / Math.Min(share, caps[i]));
            }

            var kept = 0;
            for (var i = 0; i < open; i++)
            {
                var after = left[i] - (step * Math.Min(share, caps[i]));
                if (after > 1e-3)
                {
                    (left[kept], caps[kept]) = (after, caps[i]);
                    kept++;
                }
            }

            open = kept;
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The most that any may have of the downlink: raised until what the slower ones leave is shared by the others.</summary>
    private static double Level(ReadOnlySpan<double> caps)
    {
        var level = Downlink / caps.Length;
        while (true)
        {
            var (taken, open) = (0.0, 0);
            foreach (var cap in caps)
            {
                taken += cap <= level ? cap : 0;
                open += cap > level ? 1 : 0;
            }

            var next = open == 0 ? double.PositiveInfinity : (Downlink - taken) / open;
            if (next <= level || open == 0)
            {
                return next;
            }

            level = next;
        }
    }

    private static double Uplink(int client) => 1e6 + (19e6 * (client * 7919L % 10_007) / 10_007);

    private static long Bytes(int client) => 1_000_000 + (client * 104_729L % 2_000_003);

    private sealed class Receiver(World world, int clients) : UntypedActor
    {
        private int _missing = clients;

        protected override void OnReceive(object message)
        {
            if (--_missing == 0)
            {
                world.Finish("bench");
            }
        }
    }
}
