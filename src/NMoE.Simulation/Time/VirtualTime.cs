using System.Globalization;

namespace NMoE.Simulation.Time;

/// <summary>An instant of virtual time: whole ticks of 100 ns since the world began, never a double.</summary>
/// <param name="Ticks">Ticks of 100 ns, at least 0.</param>
public readonly record struct VirtualTime(long Ticks) : IComparable<VirtualTime>
{
    /// <summary>The beginning of the world.</summary>
    public static VirtualTime Zero => new(0);

    /// <summary>Seconds since the beginning, for reports only.</summary>
    public double Seconds => Ticks / (double)TimeSpan.TicksPerSecond;

    /// <summary>The instant a duration later.</summary>
    public static VirtualTime operator +(VirtualTime time, TimeSpan duration) => new(checked(time.Ticks + duration.Ticks));

    /// <summary>The duration between two instants.</summary>
    public static TimeSpan operator -(VirtualTime later, VirtualTime earlier) => new(later.Ticks - earlier.Ticks);

    /// <inheritdoc/>
    public int CompareTo(VirtualTime other) => Ticks.CompareTo(other.Ticks);

    /// <summary>Prints seconds with all seven digits.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Ticks / TimeSpan.TicksPerSecond}.{Ticks % TimeSpan.TicksPerSecond:D7} s");
}

/// <summary>Durations that follow from sizes and rates, rounded up to a tick so that nothing is ever faster than its rate.</summary>
public static class Duration
{
    /// <summary>Time to move an amount at a rate: bits at bit/s, FLOP at FLOP/s.</summary>
    /// <param name="amount">At least 0.</param>
    /// <param name="perSecond">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An amount or a rate out of range.</exception>
    /// <exception cref="SimulationException">It is longer than virtual time counts.</exception>
    public static TimeSpan Of(double amount, double perSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        var ticks = Math.Ceiling(amount * TimeSpan.TicksPerSecond / perSecond);
        return ticks < long.MaxValue
            ? new TimeSpan((long)ticks)
            : throw new SimulationException(FormattableString.Invariant($"{amount:G6} at {perSecond:G6} a second would take longer than the {TimeSpan.MaxValue.TotalDays / 365.25:0} years that virtual time counts."));
    }
}
