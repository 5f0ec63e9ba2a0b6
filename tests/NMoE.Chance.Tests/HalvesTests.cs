namespace NMoE.Chance.Tests;

public sealed class HalvesTests
{
    /// <summary>Bankers' rounding has 0.5 and 2.5 at 0 and 2; 0.145 * 100 and 0.285 * 100 are a little less than the halves that they mean.</summary>
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1.5, 2)]
    [InlineData(2.5, 3)]
    [InlineData(2.4999, 2)]
    [InlineData(0.145 * 100, 15)]
    [InlineData(0.285 * 100, 29)]
    [InlineData(0.7 * 5, 4)]
    [InlineData(-2.5, -3)]
    public void Halves_go_away_from_zero(double value, int whole) => Assert.Equal(whole, Halves.Round(value));
}
