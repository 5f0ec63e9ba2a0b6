using NMoE.Federation.Channels;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Tests.Configuration;

public sealed class ChannelProfileTests
{
    [Fact]
    public void A_channels_profile_stands_between_the_reference_and_the_experiment()
    {
        var read = Experiments.Read("channel { profile = lte, up = 1 Mbit/s }", "channel.delay=1 ms");
        var channel = read.Settings.Channel;

        Assert.Equal((ChannelModel.Shared, 1e6, 12e6, 1.0), (channel.Model, channel.Rates.Up, channel.Rates.Down, channel.Delay.Value.TotalMilliseconds));
        Assert.StartsWith("channels.conf:", read.Keys.Single(key => key.Key == "channel.down").Origin, StringComparison.Ordinal);
        Assert.Equal(("--set", "experiments/x.conf:1"), (read.Keys.Single(key => key.Key == "channel.delay").Origin, read.Keys.Single(key => key.Key == "channel.up").Origin));
    }

    [Fact]
    public void It_goes_together_with_a_profile_of_training()
    {
        var settings = Experiments.Read("profile = cpu\nchannel.profile = nr-5g").Settings;

        Assert.Equal((24, 50e6), (settings.Extractor.Rounds, settings.Channel.Rates.Up));
    }

    /// <summary>Mbit/s up and down and ms one way, as the sources that hocon/channels.conf names have them.</summary>
    [Theory]
    [InlineData("wifi", 65, 65, 2)]
    [InlineData("lte", 12, 12, 35)]
    [InlineData("nr-5g", 50, 100, 4)]
    [InlineData("nb-iot", 0.0625, 0.0272, 1600)]
    [InlineData("satellite", 3, 25, 260)]
    [InlineData("lossy", 12, 12, 35)]
    [InlineData("churn", 12, 12, 35)]
    [InlineData("ideal", double.PositiveInfinity, double.PositiveInfinity, 0)]
    public void A_profile_has_the_rates_and_the_delay_of_its_source(string name, double up, double down, double delay)
    {
        var channel = Experiments.Read($"channel.profile = {name}").Settings.Channel;

        Assert.Equal((name, ChannelModel.Shared, up * 1e6, down * 1e6, delay), (channel.Profile, channel.Model, channel.Rates.Up, channel.Rates.Down, channel.Delay.Value.TotalMilliseconds));
    }

    [Fact]
    public void Lossy_loses_what_its_comment_says_and_churn_makes_clients_come_and_go()
    {
        Assert.Equal(0.0171, ChannelFactory.LossOf(Experiments.Read("channel.profile = lossy").Settings.Channel.Loss).StationaryLoss, 1e-4);
        Assert.Equal((10.0, 1.0), (Minutes(churn => churn.Up), Minutes(churn => churn.Down)));
        Assert.Equal(TimeSpan.Zero, Experiments.Read("channel.profile = lte").Settings.Faults.Churn.Up);
    }

    private static double Minutes(Func<ChurnSection, TimeSpan> time) => time(Experiments.Read("channel.profile = churn").Settings.Faults.Churn).TotalMinutes;
}
