using System.Numerics;
using CsCheck;
using NMoE.Chance;
using NMoE.Simulation.Network.Sharing;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Tests.Network;

/// <summary>The sharing of links by itself, in a loop of events without actors.</summary>
public sealed class FairSharingTests
{
    [Fact]
    public void Rates_are_max_min_fair_on_a_thousand_random_graphs_whatever_came_and_went_before()
    {
        var gen = Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[1, 60], Gen.UInt);
        gen.Sample(
            (ups, downs, count, seed) =>
            {
                var draws = new Draws(seed, 1, 1);
                var sharing = new FairSharing();
                var capacities = Enumerable.Range(0, ups + downs).Select(_ => CapacityOf(draws)).ToArray();
                var links = capacities.Select(sharing.AddLink).ToArray();
                var flows = new List<(Flow Flow, int Up, int Down)>();
                for (var i = 0; i < count; i++)
                {
                    var (up, down) = (draws.Next(ups), ups + draws.Next(downs));
                    flows.Add((sharing.Start(links[up], links[down], 1L << 50, null), up, down));
                }

                for (var step = 0; step < 6; step++)
                {
                    var over = sharing.Settle(new VirtualTime(step));
                    flows.RemoveAll(item => over.Contains(item.Flow));
                    var expected = FluidReference.Rates(capacities, [.. flows.Select(item => (item.Up, item.Down))]);
                    Assert.All(flows.Zip(expected), item => Assert.Equal(item.Second, item.First.Flow.BitsPerSecond, (1e-9 * item.Second) + 1e-5));
                    Change(draws, sharing, new VirtualTime(step), links, capacities, flows);
                }
            },
            iter: 1000, threads: 1);
    }

    [Fact]
    public void Flows_that_start_at_different_times_end_as_in_a_simulation_step_by_step()
    {
        var flow = Gen.Select(Gen.Int[0, 4], Gen.Int[5, 9], Gen.Int[0, 3_000_000], Gen.Int[1, 4_000_000]);
        var gen = Gen.Select(Gen.Double[1e5, 1e7].Array[10], flow.Array[1, 40]);
        gen.Sample(
            (capacities, drawn) =>
            {
                var flows = drawn.Select((item, i) => (Up: item.Item1, Down: item.Item2, Start: ((long)item.Item3 * 10) + (i % 3), Bits: (long)item.Item4)).ToArray();
                var expected = FluidReference.Ends(capacities, flows);
                var sharing = new FairSharing();
                var links = capacities.Select(sharing.AddLink).ToArray();
                var ends = Ends(sharing, [.. flows.Select(item => (links[item.Up], links[item.Down], item.Start, item.Bits))]);
                Assert.All(ends.Zip(expected), item => Assert.InRange(item.First - item.Second, -3, 3));
            },
            iter: 200, threads: 1);
    }

    [Fact]
    public void K_equal_flows_through_one_link_end_together_at_k_times_the_size_over_its_rate_to_the_tick()
    {
        // A size that is a multiple of the rate ends on a tick, though its share of the rate is no binary fraction.
        var gen = Gen.Select(Gen.Int[1, 300], Gen.Long[1, 400_000_000], Gen.Long[1, 1_000_000_000_000], Gen.Bool);
        gen.Sample(
            (count, drawn, rate, whole) =>
            {
                var bits = whole ? rate * (1 + (drawn % 5)) : drawn;
                var sharing = new FairSharing();
                var (up, down) = (sharing.AddLink(rate), sharing.AddLink(double.PositiveInfinity));
                var ends = Ends(sharing, [.. Enumerable.Repeat((up, down, 0L, bits), count)]);
                var product = (BigInteger)count * bits * 10_000_000;
                Assert.All(ends, end => Assert.Equal((product + rate - 1) / rate, end));
            },
            iter: 300, threads: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    public void A_flow_that_lacks_as_little_as_can_be_at_a_tick_ends_at_the_next(int count)
    {
        // The rate is prime, so that some size takes a whole number of ticks and the smallest fraction of one, 1 / rate.
        const long rate = 999_999_999_989;
        var bits = (long)BigInteger.ModPow((BigInteger)count * 10_000_000, rate - 2, rate);
        var product = (BigInteger)count * bits * 10_000_000;
        Assert.Equal(1, product % rate);
        var sharing = new FairSharing();
        var (up, down) = (sharing.AddLink(rate), sharing.AddLink(double.PositiveInfinity));
        var ends = Ends(sharing, [.. Enumerable.Repeat((up, down, 0L, bits), count)]);
        Assert.All(ends, end => Assert.Equal((product / rate) + 1, end));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void A_shared_uplink_under_Poisson_arrivals_is_a_processor_sharing_queue(double load)
    {
        // M/D/1 processor sharing: the mean time in the system is S / (1 - rho) (Kleinrock, "Queueing Systems" II, 1976, section 4.4).
        const long arrivals = 1_000_000;
        const double rate = 1e9;
        const long bits = 1_000_000;
        var meanGap = bits / rate / load * TimeSpan.TicksPerSecond;
        var draws = new Draws(11, 1, 1);
        var sharing = new FairSharing();
        var (up, down) = (sharing.AddLink(rate), sharing.AddLink(double.PositiveInfinity));
        double total = 0, next = 0;
        long begun = 0, ended = 0;
        while (ended < arrivals)
        {
            var arrival = begun < arrivals ? (long)next : long.MaxValue;
            var now = sharing.NextEnd is { } end && end.Ticks < arrival ? end.Ticks : arrival;
            if (now == arrival)
            {
                sharing.Start(up, down, bits, now);
                next -= Normal.Log(draws.NextOpen()) * meanGap;
                begun++;
            }

            foreach (var flow in sharing.Settle(new VirtualTime(now)))
            {
                total += now - (long)flow.Owner!;
                ended++;
            }
        }

        var service = bits / rate * TimeSpan.TicksPerSecond;
        var expected = service / (1 - load);
        Assert.Equal(expected, total / arrivals, 0.02 * expected);
    }

    [Fact]
    public void What_is_left_of_a_stopped_flow_flows_when_it_goes_on()
    {
        var sharing = new FairSharing();
        var (up, down) = (sharing.AddLink(1e6), sharing.AddLink(1e6));
        var flow = sharing.Start(up, down, 1_000_000, null);
        sharing.Settle(VirtualTime.Zero);
        Assert.Equal(700_000, flow.BitsLeft(new VirtualTime(3_000_000)));
        sharing.Stop(flow, new VirtualTime(3_000_000));
        Assert.Empty(sharing.Settle(new VirtualTime(3_000_000)));
        Assert.Null(sharing.NextEnd);
        sharing.Resume(flow);
        sharing.Settle(new VirtualTime(50_000_000));
        Assert.Equal(new VirtualTime(57_000_000), sharing.NextEnd);
        Assert.Equal(flow, Assert.Single(sharing.Settle(new VirtualTime(57_000_000))));
        Assert.Equal(0, flow.BitsLeft(new VirtualTime(57_000_000)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(2e13)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_rate_is_refused(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new FairSharing().AddLink(rate));

    private static double CapacityOf(Draws draws) => draws.Next(12) switch
    {
        0 => 0,
        1 => double.PositiveInfinity,
        2 or 3 => 1e6 * (1 + draws.Next(4)),
        _ => 1e3 + (1e9 * draws.Next() * draws.Next()),
    };

    private static void Change(
        Draws draws, FairSharing sharing, VirtualTime now, SharedLink[] links, double[] capacities, List<(Flow Flow, int Up, int Down)> flows)
    {
        for (var i = 0; i < 3; i++)
        {
            var link = draws.Next(links.Length);
            capacities[link] = CapacityOf(draws);
            sharing.SetRate(links[link], capacities[link]);
        }

        foreach (var item in flows.Where(_ => draws.Next(4) == 0).ToArray())
        {
            sharing.Stop(item.Flow, now);
            flows.Remove(item);
            flows.Add((sharing.Start(links[item.Up], links[item.Down], 1L << 50, null), item.Up, item.Down));
        }
    }

    private static long[] Ends(FairSharing sharing, (SharedLink Up, SharedLink Down, long Start, long Bits)[] flows)
    {
        var ends = new long[flows.Length];
        var waiting = new Queue<int>(Enumerable.Range(0, flows.Length).OrderBy(i => flows[i].Start));
        while (true)
        {
            var start = waiting.TryPeek(out var first) ? flows[first].Start : long.MaxValue;
            var now = Math.Min(start, sharing.NextEnd?.Ticks ?? long.MaxValue);
            if (now == long.MaxValue)
            {
                return ends;
            }

            while (waiting.TryPeek(out var next) && flows[next].Start == now)
            {
                sharing.Start(flows[next].Up, flows[next].Down, flows[next].Bits, waiting.Dequeue());
            }

            foreach (var flow in sharing.Settle(new VirtualTime(now)))
            {
                ends[(int)flow.Owner!] = now;
            }
        }
    }
}
