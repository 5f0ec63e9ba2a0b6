using NMoE.Chance;

namespace NMoE.Simulation.Network.Access;

/// <summary>
/// A radio link whose rate is the capacity of a channel with white Gaussian noise, B log2(1 + SNR) (Shannon, "Communication in the presence of noise", 1949,
/// theorem 2), under the log-distance path loss PL(d) = PL(1 m) + 10 n log10(d / 1 m) (Rappaport, "Wireless Communications", 2002, section 4.9.1).
/// There is no fading and no interference.
/// </summary>
/// <param name="Bandwidth">B, in Hz, above 0.</param>
/// <param name="TransmitPower">In dBm.</param>
/// <param name="PathLossExponent">n: 2 in free space, 2.7 to 5 in towns and buildings.</param>
/// <param name="ReferenceLoss">PL(1 m), in dB.</param>
public sealed record RadioLink(double Bandwidth, double TransmitPower, double PathLossExponent, double ReferenceLoss)
{
    /// <summary>Power density of the noise at the antenna, in dBm/Hz. The default value is -174, that of heat at 290 K.</summary>
    public double NoiseDensity { get; init; } = -174;

    /// <summary>What the receiver adds to the noise, in dB. The default value is 0.</summary>
    public double NoiseFigure { get; init; }

    /// <summary>Path loss at a distance, in dB; nearer than 1 m it is that of 1 m.</summary>
    /// <param name="metres">Distance.</param>
    public double PathLoss(double metres) => ReferenceLoss + (PathLossExponent * Decibels(Math.Max(1, metres)));

    /// <summary>Signal-to-noise ratio at a distance, in dB.</summary>
    /// <param name="metres">Distance.</param>
    public double SignalToNoise(double metres) => TransmitPower - PathLoss(metres) - (NoiseDensity + Decibels(Bandwidth) + NoiseFigure);

    /// <summary>Rate at a distance, in whole bit/s.</summary>
    /// <param name="metres">Distance.</param>
    public double BitsPerSecond(double metres)
    {
        var ratio = Exponential.Exp(SignalToNoise(metres) * Normal.Log(10) / 10);
        return Math.Floor(Bandwidth * Normal.Log(1 + ratio) / Normal.Log(2));
    }

    private static double Decibels(double ratio) => 10 * Normal.Log(ratio) / Normal.Log(10);
}
