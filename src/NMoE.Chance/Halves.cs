namespace NMoE.Chance;

/// <summary>Whole numbers out of shares, one way everywhere.</summary>
public static class Halves
{
    private const int Digits = 9;

    /// <summary>The nearest whole number, halves away from zero: of five clients 0.7 are four. What is a half but for the last bits of a product, as 0.145 * 100 is, counts as one.</summary>
    /// <param name="value">Within the range of an integer.</param>
    public static int Round(double value) => (int)Math.Round(Math.Round(value, Digits), MidpointRounding.AwayFromZero);
}
