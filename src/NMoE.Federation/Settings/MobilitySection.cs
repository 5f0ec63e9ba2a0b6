using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Clients that move: their distance from the base station makes their rates (see <see cref="NMoE.Simulation.Network.Access.RadioLink"/>).</summary>
[Section("mobility", """
    Clients that move: the rate of each direction is the capacity B log2(1 + SNR) of a channel with white noise (Shannon, 1949) after the path loss of their distance, in place of up and
    down above; a trace goes before it. Simplified: no fading, no shadowing, no interference, no handover, as much power at any distance, one frequency for each client
    alone; and rates beyond 6 to 8 bit/s/Hz, which no real modulation reaches near the base station.
    """)]
public sealed record MobilitySection
{
    private const string Moving = "channel.mobility.form = to-and-fro";

    [Key("none, or to-and-fro: each client goes straight between the least and the greatest distance and back, from a place that is drawn for it.")]
    public MobilityForm Form { get; init; } = MobilityForm.None;

    [Key("1 mm/s..1000 m/s", "{range}. The default is that of a pedestrian.")]
    [When(Moving)]
    public double Speed { get; init; } = 1.5;

    [Key("1 m..100 km", "Least distance from the base station. {range}.")]
    [When(Moving)]
    public double Near { get; init; } = 20;

    [Key("1 m..100 km", "Greatest distance. {range}.")]
    [When(Moving)]
    public double Far { get; init; } = 500;

    [Key("1 ms..24 h", "How often rates are found anew. {range}. All of a run's are kept in memory: at most ten million steps of all clients together.")]
    [When(Moving)]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    [Key("1 ms..10000 h", "Clients stop at their first turn after that. {range}.")]
    [When(Moving)]
    public TimeSpan Until { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The radio between client and base station.</summary>
    public RadioSection Radio { get; init; } = new();
}

/// <summary>The radio between client and base station.</summary>
[Section("")]
[When("channel.mobility.form = to-and-fro")]
public sealed record RadioSection
{
    [Key("1 kHz..10 GHz", "B of each direction. {range}. The default is a narrow LTE carrier.")]
    public double Bandwidth { get; init; } = 1.4e6;

    [Key("[-100, 100]", "A client's, in dBm: {range}. The default is LTE's power class 3 (3GPP TS 36.101, table 6.2.2-1).", Unit = "dBm")]
    public double TransmitPower { get; init; } = 23;

    [Key("[-100, 100]", "The base station's, in dBm: {range}. The default is a macro cell's, assumed.", Unit = "dBm")]
    public double ServerTransmitPower { get; init; } = 43;

    [Key("[1, 10]", "n of the path loss PL(1 m) + 10 n log10(d / 1 m). {range}: 2 in free space, 2.7 to 3.5 in a town's cell (Rappaport, 2002, table 4.2).")]
    public double PathLossExponent { get; init; } = 3.5;

    [Key("[0, 200]", "PL(1 m), in dB: {range}. The default is free space's at 2 GHz, 20 log10(4 pi 1 m 2 GHz / c).", Unit = "dB")]
    public double ReferenceLoss { get; init; } = 38.5;

    [Key("[0, 50]", "What a receiver adds to the noise of heat, -174 dBm/Hz, in dB: {range}. The default is what 3GPP assumes for devices (TR 36.942).", Unit = "dB")]
    public double NoiseFigure { get; init; } = 9;
}

/// <summary>How clients move.</summary>
public enum MobilityForm
{
    /// <summary>Their rates are those of the channel, wherever they are.</summary>
    None,

    /// <summary>To and fro between the least and the greatest distance, each from a place of its own.</summary>
    ToAndFro,
}
