using NMoE.Chance;

namespace NMoE.Simulation.Network.Paths;

/// <summary>The distribution of a delay. One uniform number makes one draw, by the inverse of the distribution function.</summary>
public abstract record DelayDistribution
{
    /// <summary>A draw, rounded up to a tick.</summary>
    /// <param name="uniform">In (0, 1).</param>
    public TimeSpan Draw(double uniform) => new(checked((long)Math.Ceiling(Math.Max(0, Ticks(uniform)))));

    /// <summary>Ticks of 100 ns; what is negative counts as 0.</summary>
    private protected abstract double Ticks(double uniform);
}

/// <summary>Always the same.</summary>
/// <param name="Value">Delay.</param>
public sealed record ConstantDelay(TimeSpan Value) : DelayDistribution
{
    private protected override double Ticks(double uniform) => Value.Ticks;
}

/// <summary>Anything between two bounds, with the same probability.</summary>
/// <param name="Least">Lower bound.</param>
/// <param name="Most">Upper bound.</param>
public sealed record UniformDelay(TimeSpan Least, TimeSpan Most) : DelayDistribution
{
    private protected override double Ticks(double uniform) => Least.Ticks + (uniform * (Most.Ticks - Least.Ticks));
}

/// <summary>Normal, and 0 where that would be negative.</summary>
/// <param name="Mean">Of the uncut distribution.</param>
/// <param name="Deviation">Standard deviation of the uncut distribution.</param>
public sealed record NormalDelay(TimeSpan Mean, TimeSpan Deviation) : DelayDistribution
{
    private protected override double Ticks(double uniform) => Mean.Ticks + (Deviation.Ticks * Normal.Quantile(uniform));
}

/// <summary>Log-normal: its logarithm is normal. The mean is the median times exp(sigma^2 / 2). Cut at 10 000 h.</summary>
/// <param name="Median">Median.</param>
/// <param name="Sigma">Standard deviation of the natural logarithm.</param>
public sealed record LogNormalDelay(TimeSpan Median, double Sigma) : DelayDistribution
{
    private const double MostTicks = 10_000.0 * TimeSpan.TicksPerHour;

    private protected override double Ticks(double uniform) => Math.Min(MostTicks, Median.Ticks * Exponential.Exp(Sigma * Normal.Quantile(uniform)));
}
