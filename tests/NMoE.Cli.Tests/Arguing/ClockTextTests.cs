using NMoE.Cli.Running;

namespace NMoE.Cli.Tests.Arguing;

public sealed class ClockTextTests
{
    [Theory]
    [InlineData(0, "00:00:00")]
    [InlineData(59.9, "00:00:59")]
    [InlineData(86_399, "23:59:59")]
    [InlineData(86_400, "1 d 00:00:00")]
    [InlineData(97_445, "1 d 03:04:05")]
    [InlineData(8_640_000, "100 d 00:00:00")]
    public void A_time_keeps_its_days(double seconds, string text) => Assert.Equal(text, ClockText.Of(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(10, 1, 4, 30)]
    [InlineData(10, 4, 4, 0)]
    [InlineData(1e6, 1, 1_000_000_000, 1e9)]
    public void What_is_left_follows_from_what_was_done(double spent, long done, long all, double left) =>
        Assert.Equal(left, ClockText.Left(TimeSpan.FromSeconds(spent), done, all).TotalSeconds);
}
