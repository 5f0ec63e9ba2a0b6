using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Ports;
using NMoE.Cluster.Live.Shaping;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Tests.Live;

public sealed class LiveChannelSpecs
{
    private static readonly DeviceId Client = new(0);

    [Fact]
    public void Clients_have_the_profile_s_links_and_servers_those_of_the_base_station()
    {
        var channel = Channel("channel.profile=lte");

        // hocon/channels.conf: 12 Mbit/s both ways; the reference: 1 Gbit/s behind the base station.
        Assert.Equal((12e6, 12e6, 1e9, 1e9), (channel.Up(Client), channel.Down(Client), channel.Up(DeviceId.Aggregator), channel.Down(DeviceId.Aggregator)));
        Assert.Equal(DeviceId.Aggregator, channel.AccessOf(DeviceId.Supervisor));
        Assert.False(channel.IsFixed);
    }

    [Theory]
    [InlineData("channel.profile=lte", 15_000)]
    [InlineData("channel.profile=nb-iot", 1024)]
    [InlineData("channel.profile=ideal", 65_536)]
    public void A_chunk_is_about_ten_milliseconds_of_the_slower_link(string set, int bytes) =>
        Assert.Equal(bytes, Channel(set).ChunkBytes(DeviceId.Aggregator, Client));

    [Fact]
    public void A_delay_has_the_profile_s_distribution_and_a_message_of_its_own_number_another()
    {
        var channel = Channel("channel.profile=lte");
        var delays = Enumerable.Range(0, 2001).Select(number => channel.Delay(Client, DeviceId.Aggregator, number)).Order().ToArray();

        // Median 35 ms, 84th percentile 45 ms; of 2001 draws within three standard errors.
        Assert.InRange(delays[1000].TotalMilliseconds, 34.1, 35.9);
        Assert.InRange(delays[(int)(2001 * 0.8413)].TotalMilliseconds, 43.5, 46.6);
        Assert.Equal(channel.Delay(Client, DeviceId.Aggregator, 7), channel.Delay(Client, DeviceId.Aggregator, 7));
    }

    [Theory]
    [InlineData("channel.profile=lossy", "channel.loss")]
    [InlineData("channel.profile=churn", "faults")]
    [InlineData("faults.schedule=[\"at 5 s crash client-0\"]", "faults")]
    [InlineData("aggregator.place=client", "aggregator.place")]
    [InlineData("aggregator.standby=[client-0]", "aggregator.standby")]
    [InlineData("topology.peers=random", "topology.peers")]
    [InlineData("topology.sites=2", "topology.sites")]
    [InlineData("gate.sampled-peers=2", "gate.sampled-peers")]
    public void What_is_not_made_live_is_refused_rather_than_left_out(string set, string key)
    {
        var error = Assert.Throws<LiveException>(() => LiveChannel.Check(Settings("channel.model=shared", set)));

        Assert.StartsWith(key + " cannot be had in a live run", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_clients_than_fit_in_what_the_aggregator_persists_are_refused()
    {
        LiveChannel.Check(Settings("experiment.clients=300"));

        Assert.StartsWith(
            "experiment.clients is 301, and a live run has at most 300",
            Assert.Throws<LiveException>(() => LiveChannel.Check(Settings("experiment.clients=301"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("channel.profile=none")]
    [InlineData("channel.profile=wifi")]
    [InlineData("channel.profile=satellite")]
    public void What_is_made_live_is_not_refused(string set) => LiveChannel.Check(Settings(set));

    [Fact]
    public void The_clock_begins_where_the_run_is_and_never_goes_back()
    {
        var time = new ManualTime();
        var clock = new LiveClock(time, time.Utc - TimeSpan.FromSeconds(2));
        Assert.Equal(new VirtualTime(20_000_000), clock.Now);

        time.Timestamp += 15_000_000;
        time.Utc -= TimeSpan.FromHours(1);
        Assert.Equal(new VirtualTime(35_000_000), clock.Now);
    }

    [Fact]
    public void A_run_that_begins_by_a_clock_that_is_ahead_begins_now()
    {
        var time = new ManualTime();

        Assert.Equal(VirtualTime.Zero, new LiveClock(time, time.Utc + TimeSpan.FromSeconds(1)).Now);
    }

    private static ExperimentSettings Settings(params string[] sets) => ExperimentReader.Read("x.conf", sets, _ => string.Empty).Settings;

    private static LiveChannel Channel(params string[] sets) => new(Plans.Of(Settings(sets), new DataSpec("generated", GeneratedSource.Version, 1)));

    private sealed class ManualTime : TimeProvider
    {
        public DateTime Utc { get; set; } = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

        public long Timestamp { get; set; } = 77;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new(Utc);

        public override long GetTimestamp() => Timestamp;
    }
}
