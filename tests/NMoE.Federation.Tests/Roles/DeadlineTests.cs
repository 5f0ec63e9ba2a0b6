using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;

namespace NMoE.Federation.Tests.Roles;

/// <summary>Deadlines that follow from the configuration alone. Three clients; F and the predictor of width 16 have 3.73 MB, and computing takes no time unless it is said.</summary>
public sealed class DeadlineTests
{
    private const double Megabytes = 3.73;

    /// <summary>At 8 Mbit/s a megabyte takes a second. A round is a model down and a model up, three times that and ten minutes of patience.</summary>
    [Theory]
    [InlineData(2 * Megabytes, "channel.bandwidth=8 Mbit/s")]
    [InlineData(2000 * Megabytes, "channel.bandwidth=8 kbit/s")]
    [InlineData((2 * Megabytes) + 20, "channel.bandwidth=8 Mbit/s", "channel.delay=10 s")]
    [InlineData(Megabytes + (0.5 * Megabytes), "channel.model=shared", "channel.down=8 Mbit/s", "channel.up=16 Mbit/s", "channel.server-up=unlimited", "channel.server-down=unlimited")]
    [InlineData(Megabytes + (3 * Megabytes), "channel.model=shared", "channel.down=8 Mbit/s", "channel.up=16 Mbit/s", "channel.server-up=unlimited", "channel.server-down=8 Mbit/s")]
    [InlineData(2 * (Megabytes + (0.5 * Megabytes)), "channel.model=shared", "channel.down=8 Mbit/s", "channel.up=16 Mbit/s", "channel.server-up=unlimited", "channel.server-down=unlimited", "channel.loss=0.5")]
    [InlineData(3 * (Megabytes + (0.5 * Megabytes)), "channel.model=shared", "channel.down=8 Mbit/s", "channel.up=16 Mbit/s", "channel.server-up=1 Gbit/s", "channel.server-down=1 Gbit/s", "aggregator.place=client")]
    public void A_round_is_forecast_from_bytes_over_rates(double seconds, params string[] sets)
    {
        var deadline = DeviceSpec.PlanOf(["channel.delay=0 ms", "device.compute=1000 TFLOP/s", .. sets]).Pipeline.Deadlines.Extractor;
        Assert.Equal((3 * seconds) + 600, deadline.TotalSeconds, 0.01 * 3 * seconds);
    }

    /// <summary>Twice as slow a device, twice the time: what the links add is the same.</summary>
    [Fact]
    public void Computing_counts_by_the_device()
    {
        string[] links = ["inference.gates=[fedgate, rollgate]", "channel.bandwidth=1000 Gbit/s", "channel.delay=0 ms", "supervision.patience=1 ms"];
        var (fast, slow) = (DeviceSpec.PlanOf([.. links, "device.compute=20 kFLOP/s"]).Pipeline.Deadlines, DeviceSpec.PlanOf([.. links, "device.compute=10 kFLOP/s"]).Pipeline.Deadlines);
        Assert.All(
            [(fast.Extractor, slow.Extractor), (fast.Expert, slow.Expert), (fast.Gate, slow.Gate), (fast.Sharing, slow.Sharing), (fast.Turns[Stages.Rolling], slow.Turns[Stages.Rolling])],
            pair => Assert.Equal(2, pair.Item2 / pair.Item1, 0.01));
    }

    [Fact]
    public void What_is_stated_holds()
    {
        var stated = DeviceSpec.PlanOf("extractor.deadline=1 s", "expert.deadline=2 s", "gate.deadline=3 s", "rollgate.deadline=4 s", "inference.gates=[rollgate]").Pipeline.Deadlines;
        Assert.Equal([1, 2, 3, 3, 4], new[] { stated.Extractor, stated.Expert, stated.Gate, stated.Sharing, stated.Turns[Stages.Rolling] }.Select(time => (int)time.TotalSeconds));
    }

    [Theory]
    [InlineData("0 s")]
    [InlineData("10001 h")]
    [InlineData("soon")]
    public void Anything_else_is_refused_with_what_would_be_right(string text) => Assert.Contains(
        "forecast, or a number with its unit",
        Assert.Throws<NMoE.Federation.Configuration.ConfigurationException>(() => DeviceSpec.PlanOf($"extractor.deadline={text}")).Message, StringComparison.Ordinal);
}
