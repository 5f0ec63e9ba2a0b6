using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>The delay of a transfer's last bit.</summary>
[Section("")]
public sealed record DelaySection
{
    [Key("0 ms..1 h", "From the last bit's leaving any device to its arrival at any other: the delay, its mean (uniform, normal) or its median (log-normal). {range}.", Name = "delay")]
    public TimeSpan Value { get; init; } = TimeSpan.FromMilliseconds(20);

    [Key("""
        constant, uniform, normal (0 where it would be negative) or log-normal (10000 h at most); drawn for each transfer. Other than constant with shared links only.
        """, Name = "delay-form")]
    public DelayForm Form { get; init; } = DelayForm.Constant;

    [Key("0 ms..1 h", """
        How far it spreads, {range}: uniform within so much of the mean; normal with this deviation; log-normal with this distance from the median to the 84th percentile.
        """, Name = "delay-spread")]
    [When("channel.delay-form = uniform, normal or log-normal")]
    public TimeSpan Spread { get; init; } = TimeSpan.FromMilliseconds(5);
}

/// <summary>How a delay is distributed.</summary>
public enum DelayForm
{
    /// <summary>Always the same.</summary>
    Constant,

    /// <summary>Evenly about its mean.</summary>
    Uniform,

    /// <summary>Normally, and 0 where that would be negative.</summary>
    Normal,

    /// <summary>Its logarithm is normal.</summary>
    LogNormal,
}
