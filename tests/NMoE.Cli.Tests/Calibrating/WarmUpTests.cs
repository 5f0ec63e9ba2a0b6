using NMoE.Cli.Live;

namespace NMoE.Cli.Tests.Calibrating;

public sealed class WarmUpTests
{
    [Theory]
    [InlineData(new double[0], false)]
    [InlineData(new[] { 2.0 }, false)]
    [InlineData(new[] { 2.0, 2.0 }, false)]
    [InlineData(new[] { 2.0, 2.0, 2.0 }, true)]
    [InlineData(new[] { 2.0, 1.5, 1.2 }, false)]
    [InlineData(new[] { 2.0, 1.5, 1.2, 1.21 }, false)]
    [InlineData(new[] { 2.0, 1.5, 1.2, 1.21, 1.19 }, true)]
    [InlineData(new[] { 2.0, 1.5, 1.2, 1.21, 1.1 }, false)]
    public void A_round_has_settled_when_two_rounds_gain_less_than_three_per_cent_on_those_before(double[] seconds, bool settled) =>
        Assert.Equal(settled, Calibration.HasSettled([.. seconds]));
}
