using System.Numerics;

namespace NMoE.Simulation.Network.Sharing;

/// <summary>
/// Bits and bit/s in fixed point, with 64 bits before the point and 64 behind: sums of them do not depend on their order and do not drift.
/// A division rounds down by less than 2^-64, so that after a million steps of a million seconds less than 2^-40 bit is amiss.
/// </summary>
internal static class Fluid
{
    /// <summary>A rate without bound.</summary>
    public static readonly UInt128 Unlimited = UInt128.MaxValue;

    /// <summary>
    /// What rounding may have withheld from a flow by its end: a flow is over when all but this much of it has flowed. It is far less than what k flows
    /// lack a tick before their end at a whole number of bit/s, at least 10^-7/k bit.
    /// </summary>
    public static readonly UInt128 Rounding = UInt128.One << 24;

    /// <summary>The largest rate that has a bound, in bit/s: with it, a million flows still add up.</summary>
    public const double LargestRate = 1e13;

    private const double Point = 18446744073709551616.0;
    private const uint TicksPerSecond = (uint)TimeSpan.TicksPerSecond;
    private const int MostWithoutOverflow = 104;

    /// <summary>A rate in fixed point; positive infinity is <see cref="Unlimited"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate that is negative, not a number, or above <see cref="LargestRate"/> and yet finite.</exception>
    public static UInt128 OfRate(double bitsPerSecond)
    {
        if (double.IsPositiveInfinity(bitsPerSecond))
        {
            return Unlimited;
        }

        if (!(bitsPerSecond is >= 0 and <= LargestRate))
        {
            throw new ArgumentOutOfRangeException(
                nameof(bitsPerSecond), bitsPerSecond, "A rate must be 0 to 1e13 bit/s, or positive infinity for a link that limits nobody.");
        }

        return (UInt128)(bitsPerSecond * Point);
    }

    /// <summary>A rate as a number, for reports.</summary>
    public static double ToDouble(UInt128 amount) => amount == Unlimited ? double.PositiveInfinity : (double)amount / Point;

    /// <summary>What a flow of so many bits has before it.</summary>
    public static UInt128 OfBits(long bits) => bits == 0 ? UInt128.Zero : ((UInt128)(ulong)bits << 64) - Rounding;

    /// <summary>Whole bits that are left of an amount, rounded up.</summary>
    public static long WholeBits(UInt128 amount) => amount == 0 ? 0 : (long)(ulong)((amount + Rounding + ulong.MaxValue) >> 64);

    /// <summary>A quotient, rounded down: a long division in base 2^32, several times as fast as that of any two numbers.</summary>
    public static UInt128 Divide(UInt128 amount, uint divisor)
    {
        ulong high = (ulong)(amount >> 64), low = (ulong)amount;
        var quotient = high / divisor;
        var step = ((high % divisor) << 32) | (low >> 32);
        var middle = step / divisor;
        step = ((step % divisor) << 32) | (uint)low;
        return new UInt128(quotient, (middle << 32) | (step / divisor));
    }

    /// <summary>What flows at a rate in so many ticks, rounded down.</summary>
    public static UInt128 Flowed(UInt128 rate, long ticks)
    {
        var whole = (UInt128)(ulong)(rate >> 64) * (ulong)ticks;
        var wholeBits = Divide(whole, TicksPerSecond);
        var left = whole - (wholeBits * TicksPerSecond);
        return (wholeBits << 64) + Divide((left << 64) + ((UInt128)(ulong)rate * (ulong)ticks), TicksPerSecond);
    }

    /// <summary>The least number of ticks in which an amount flows at a rate above 0; null if there is no end to it.</summary>
    public static long? TicksFor(UInt128 amount, UInt128 rate)
    {
        if (amount >> MostWithoutOverflow == 0)
        {
            var ticks = ((amount * TicksPerSecond) + (rate - 1)) / rate;
            return ticks > long.MaxValue ? null : (long)ticks;
        }

        var exact = (((BigInteger)amount * TicksPerSecond) + (BigInteger)rate - 1) / (BigInteger)rate;
        return exact > long.MaxValue ? null : (long)exact;
    }
}
