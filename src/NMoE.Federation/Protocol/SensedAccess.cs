using NMoE.Chance;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network.Access;

namespace NMoE.Federation.Protocol;

/// <summary>What a device found when it measured its access, in <see cref="LinkSteps"/>.</summary>
/// <param name="Up">Rate of its uplink.</param>
/// <param name="Down">Rate of its downlink.</param>
public sealed record SensedAccess(int Up, int Down)
{
    /// <summary>Signal-to-noise ratio at the base station of what it sends; null where nothing is known of its radio.</summary>
    public int? UpSignal { get; init; }

    /// <summary>That of what it receives.</summary>
    public int? DownSignal { get; init; }

    /// <summary>What conditions are found to be.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="radio">Width of the radio's channel in Hz, where distance makes the rates; null elsewhere.</param>
    public static SensedAccess Of(AccessConditions conditions, double? radio)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return new(LinkSteps.OfRate(conditions.Up), LinkSteps.OfRate(conditions.Down)) { UpSignal = Signal(conditions.Up, radio), DownSignal = Signal(conditions.Down, radio) };
    }

    /// <summary>The link from this device to another one and back: each way is as slow, and as noisy, as the slower of the two accesses on it.</summary>
    /// <param name="other">The other one's access.</param>
    public Link To(SensedAccess other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Math.Min(Up, other.Down), Math.Min(other.Up, Down))
        {
            SignalToNoise = UpSignal is { } here && other.DownSignal is { } there ? Math.Min(here, there) : null,
        };
    }

    /// <summary>The ratio of which a rate R is the capacity: 2^(R / B) - 1; null where the access is off.</summary>
    private static int? Signal(double rate, double? radio) => radio is { } width && rate > 0
        ? LinkSteps.OfDecibels(10 * Normal.Log(Exponential.Exp(rate / width * Normal.Log(2)) - 1) / Normal.Log(10))
        : null;
}
