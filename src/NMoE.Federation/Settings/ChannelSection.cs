using System.Collections.Immutable;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Federation.Settings;

/// <summary>Links between devices.</summary>
/// <param name="Profile">The name of the set of values in <c>hocon/channels.conf</c> that stands between the reference and the experiment, or <c>none</c>.</param>
/// <param name="Model">What concurrent transfers do to each other.</param>
/// <param name="Delay">How long a bit travels from any device to any other.</param>
/// <param name="Bandwidth">Bit/s of one transfer, whatever else there is; read where the model is fixed.</param>
/// <param name="Rates">What the devices' accesses let through; read where the model is shared.</param>
/// <param name="Loss">How packets are lost on the way from any device to any other; read where the model is shared.</param>
/// <param name="Packets">How messages are cut, and how often what was lost is sent again; read where the model is shared.</param>
public sealed record ChannelSection(
    string Profile, ChannelModel Model, DelaySection Delay, double Bandwidth, RatesSection Rates, LossSection Loss, Packets Packets)
{
    /// <summary>Paths with a delay or a loss of their own, the first that names one decides; read where the model is shared.</summary>
    public ImmutableArray<PathRule> Paths { get; init; } = [];

    /// <summary>How clients move; read where the model is shared.</summary>
    public required MobilitySection Mobility { get; init; }

    /// <summary>What was measured of devices' accesses; read where the model is shared.</summary>
    public ChannelTraces Traces { get; init; } = ChannelTraces.None;
}

/// <summary>What concurrent transfers do to each other.</summary>
public enum ChannelModel
{
    /// <summary>Nothing: every transfer has the same delay and bandwidth.</summary>
    Fixed,

    /// <summary>They share each device's uplink and downlink, max-min fairly, and lose packets.</summary>
    Shared,
}

/// <summary>The delay of a transfer's last bit.</summary>
/// <param name="Value">The delay, the mean of a uniform or normal one, or the median of a log-normal one.</param>
/// <param name="Form">How it is distributed.</param>
/// <param name="Spread">Half the width of a uniform one, the deviation of a normal one, or what lies between the median and the 84th percentile of a log-normal one.</param>
public sealed record DelaySection(TimeSpan Value, DelayForm Form, TimeSpan Spread);

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

/// <summary>Rates in bit/s; positive infinity for a link that limits nobody.</summary>
/// <param name="Up">A client's uplink.</param>
/// <param name="Down">A client's downlink.</param>
/// <param name="ServerUp">The base station's uplink: to the clients.</param>
/// <param name="ServerDown">The base station's downlink: from the clients.</param>
public sealed record RatesSection(double Up, double Down, double ServerUp, double ServerDown);

/// <summary>How packets are lost.</summary>
/// <param name="Form">Whether losses depend on each other.</param>
/// <param name="Probability">Of a loss; while the path is good, where losses come in bursts. [0, 1).</param>
/// <param name="Burst">The bursts.</param>
public sealed record LossSection(LossForm Form, double Probability, BurstSection Burst);

/// <summary>Whether losses depend on each other.</summary>
public enum LossForm
{
    /// <summary>They do not.</summary>
    Independent,

    /// <summary>They come in bursts (Gilbert and Elliott).</summary>
    Bursts,
}

/// <summary>A path that is good or bad by turns.</summary>
/// <param name="GoodToBad">Probability to turn bad after a packet, [0, 1].</param>
/// <param name="BadToGood">Probability to turn good after a packet, (0, 1].</param>
/// <param name="Loss">Probability of a loss while it is bad, [0, 1].</param>
public sealed record BurstSection(double GoodToBad, double BadToGood, double Loss);
