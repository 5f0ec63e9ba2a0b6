namespace NMoE.Federation.Settings;

/// <summary>Clients that move: their distance from the base station makes their rates (see <see cref="NMoE.Simulation.Network.Access.RadioLink"/>).</summary>
/// <param name="Form">How they move.</param>
/// <param name="Speed">In m/s.</param>
/// <param name="Near">Least distance, in m.</param>
/// <param name="Far">Greatest distance, in m.</param>
/// <param name="Interval">How often rates are found anew.</param>
/// <param name="Until">They stop at their first turn after that.</param>
/// <param name="Radio">The radio between client and base station.</param>
public sealed record MobilitySection(
    MobilityForm Form, double Speed, double Near, double Far, TimeSpan Interval, TimeSpan Until, RadioSection Radio);

/// <summary>How clients move.</summary>
public enum MobilityForm
{
    /// <summary>Their rates are those of the channel, wherever they are.</summary>
    None,

    /// <summary>To and fro between the least and the greatest distance, each from a place of its own.</summary>
    ToAndFro,
}

/// <summary>The radio between client and base station.</summary>
/// <param name="Bandwidth">In Hz.</param>
/// <param name="TransmitPower">A client's, in dBm.</param>
/// <param name="ServerTransmitPower">The base station's, in dBm.</param>
/// <param name="PathLossExponent">n of the path loss.</param>
/// <param name="ReferenceLoss">Path loss at 1 m, in dB.</param>
/// <param name="NoiseFigure">What a receiver adds to the noise, in dB.</param>
public sealed record RadioSection(
    double Bandwidth, double TransmitPower, double ServerTransmitPower, double PathLossExponent, double ReferenceLoss, double NoiseFigure);
