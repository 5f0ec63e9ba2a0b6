using CsCheck;
using NMoE.Federation.Measurement;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Measurement;

/// <summary>Bytes over links as a time line counts them.</summary>
public sealed class LinkSpecs
{
    [Fact]
    public void A_transfer_is_spread_evenly_over_its_time()
    {
        var timeline = Of(4);
        Send(timeline, new DeviceId(1), DeviceId.Aggregator, 1000, 0.1, 0.5);
        var links = timeline.Links(At(0.5));

        // 400 ms of 1 ms each: 2.5 bytes a millisecond, rounded to whole ones that make 1000 in all; a quarter of them a client.
        Assert.Equal(500, links.Length);
        Assert.All(links.Take(100), link => Assert.Equal(0, link.AggregatorDown));
        Assert.All(links.Skip(100).Take(400), link => Assert.InRange(link.AggregatorDown, 2, 3));
        Assert.Equal((1000, 250, 0, 0), (links.Sum(link => link.AggregatorDown), links.Sum(link => link.ClientUp), links.Sum(link => link.AggregatorUp), links.Sum(link => link.ClientDown)));
    }

    [Fact]
    public void What_is_lost_was_sent_and_reached_nobody()
    {
        var timeline = Of(2);
        Send(timeline, DeviceId.Aggregator, new DeviceId(0), 1000, 0.1, 0.2, TransferEnd.Lost, new AirBytes(1000, 0));
        Assert.Equal((1000, 0), (timeline.Links(At(1)).Sum(link => link.AggregatorUp), timeline.Links(At(1)).Sum(link => link.ClientDown)));
    }

    /// <summary>All of it used to count, over the time until the cut: more than any link carries.</summary>
    [Fact]
    public void Of_what_is_cut_off_counts_what_had_left_the_sender()
    {
        var timeline = Of(2);
        Send(timeline, DeviceId.Aggregator, new DeviceId(0), 1_000_000, 0.1, 0.2, TransferEnd.Lost, new AirBytes(400, 0));
        Assert.Equal((400, 0), (timeline.Links(At(1)).Sum(link => link.AggregatorUp), timeline.Links(At(1)).Sum(link => link.ClientDown)));
    }

    [Fact]
    public void What_is_sent_again_loads_both_links()
    {
        var timeline = Of(1);
        Send(timeline, DeviceId.Aggregator, new DeviceId(0), 1000, 0.1, 0.2, TransferEnd.Delivered, new AirBytes(1000, 300));
        Assert.Equal((1300, 1300), (timeline.Links(At(1)).Sum(link => link.AggregatorUp), timeline.Links(At(1)).Sum(link => link.ClientDown)));
    }

    [Theory]
    [InlineData(TransferEnd.Lost)]
    [InlineData(TransferEnd.Delivered)]
    public void What_never_left_or_stays_in_one_place_loads_no_link(TransferEnd end)
    {
        var timeline = Of(2);
        Send(timeline, DeviceId.Aggregator, new DeviceId(0), 1000, 0.1, 0.1, end, default);
        Assert.All(timeline.Links(At(1)), link => Assert.Equal((0, 0), (link.AggregatorUp, link.ClientDown)));
    }

    [Fact]
    public void Intervals_grow_with_the_run_and_lose_no_byte() =>
        Gen.Select(Gen.Int[1, 100_000], Gen.Double[0, 5000], Gen.Double[0, 5000]).Array[1, 30].Sample(sent =>
        {
            var timeline = Of(3);
            foreach (var (bytes, a, b) in sent)
            {
                Send(timeline, new DeviceId(0), new DeviceId(1), bytes, Math.Min(a, b), Math.Max(a, b));
            }

            var links = timeline.Links(At(5000));
            Assert.InRange(links.Length, 256, 512);
            Assert.True(links[^1].Until >= 5000);
            Assert.All(links, link => Assert.Equal(links[0].Until, link.Until - link.From, 6));
            Assert.Equal(sent.Sum(item => (double)item.Item1), 3 * links.Sum(link => link.ClientUp), 3);
            Assert.Equal(sent.Sum(item => (double)item.Item1), 3 * links.Sum(link => link.ClientDown), 3);
        });

    [Fact]
    public void A_long_silence_at_the_end_counts_too()
    {
        var timeline = Of(2);
        Send(timeline, DeviceId.Aggregator, new DeviceId(0), 1000, 0.1, 0.2);
        var links = timeline.Links(At(3600));
        Assert.True(links[^1].Until >= 3600);
        Assert.Equal(1000, links[0].AggregatorUp);
    }

    private static Timeline Of(int clients) => new(DeviceSpec.PlanOf(FormattableString.Invariant($"experiment.clients={clients}")));

    private static VirtualTime At(double seconds) => VirtualTime.Zero + TimeSpan.FromSeconds(seconds);

    private static void Send(Timeline timeline, DeviceId from, DeviceId to, long bytes, double begins, double ends) =>
        Send(timeline, from, to, bytes, begins, ends, TransferEnd.Delivered, new AirBytes(bytes, 0));

    private static void Send(Timeline timeline, DeviceId from, DeviceId to, long bytes, double begins, double ends, TransferEnd end, AirBytes air)
    {
        timeline.Began(At(begins), 0, new Transfer(from, to, "extractor", "message", bytes, "a message"));
        timeline.Ended(At(ends), 0, end, air);
    }
}
