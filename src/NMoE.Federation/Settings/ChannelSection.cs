using System.Collections.Immutable;
using NMoE.Learning.Keys;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Federation.Settings;

/// <summary>Links between devices.</summary>
[Section("channel", "Links between devices.")]
public sealed record ChannelSection
{
    private const string Shared = "channel.model = shared";
    private const string Lost = "packets that can be lost, by channel.loss, channel.loss-form = bursts, channel.paths or channel.trace";

    [Key("""
        A set of values between this reference and the experiment's own: none, ideal, wifi, lte, nr-5g, nb-iot, satellite, lossy or churn. See hocon/channels.conf.
        """)]
    public string Profile { get; init; } = "none";

    [Key("""
        fixed (every transfer has the delay and the bandwidth below, whatever others there are) or shared (each device has an uplink and a downlink, which concurrent
        transfers share max-min fairly; packets are lost and sent again).
        """)]
    public ChannelModel Model { get; init; } = ChannelModel.Fixed;

    /// <summary>How long a bit travels from any device to any other.</summary>
    public DelaySection Delay { get; init; } = new();

    [Key("1 bit/s..1000 Gbit/s", "Of one transfer. {range}. The default is a moderate Wi-Fi or LTE link. Read where links are fixed.")]
    [When("channel.model = fixed")]
    public double Bandwidth { get; init; } = 20e6;

    /// <summary>What the devices' accesses let through.</summary>
    public RatesSection Rates { get; init; } = new();

    /// <summary>How packets are lost on the way from any device to any other.</summary>
    public LossSection Loss { get; init; } = new();

    [Key("1 B..1 GiB", "What a packet carries of a message. {range}. The default is Ethernet's; headers are not counted.")]
    [When(Shared, Lost)]
    public long Packet { get; init; } = 1500;

    [Key("1..1000", "How often what is missing of a message is sent until it is given up and lost. {range}. Each time takes a round trip more.")]
    [When(Shared, Lost)]
    public int Sends { get; init; } = 16;

    [Key("""
        What decides how fast a transfer is: ideal (its links alone) or tcp (on a path that loses packets no faster than 1.22 packet / (round trip x sqrt(loss)) besides: Mathis et al., 1997, which holds up to losses
        of a few percent; beyond, TCP is slower still).
        """)]
    [When(Shared, Lost)]
    public Transport Transport { get; init; } = Transport.Ideal;

    /// <summary>How messages are cut, and how often what was lost is sent again.</summary>
    public Packets Packets => new((int)Packet, Sends);

    [Key("""
        Paths that are otherwise, each a sentence; the first that names a path decides: WHO to WHO [delay TIME] [loss P %], in that direction alone. The delay is constant, packets are
        lost each alone; what a sentence does not say is as above. WHO as in faults. Read where links are shared. ["client-1 to client-2 delay 50 ms loss 5 %"]
        """)]
    public ImmutableArray<PathRule> Paths { get; init; } = [];

    [Key("""
        A file of what devices' accesses were like (docs/traces.md; rows of clients that there are not are passed over, and counted), named from the folder that nmoe runs in; "" for none. Devices that it does not name have the rates above. Its
        delays and losses come on top of those above. The content is part of the configuration's hash, the path is not.
        """, Empty = "none")]
    public string Trace { get; init; } = "";

    [Key("""
        A file of when devices were on, likewise. Devices that it does not name are always on. Off means that nothing flows; what is on its way goes on afterwards.
        """, Empty = "none")]
    public string Intervals { get; init; } = "";

    [Key("1 ms..10000 h", """
        After how long trace and intervals begin anew: never, or {range}. Without, the last row of a device holds for ever, and after its last interval it is off for good;
        rows beyond this time are refused.
        """, Word = "never")]
    [When("a file in channel.trace or channel.intervals")]
    public TimeSpan TraceRepeat { get; init; }

    /// <summary>How clients move.</summary>
    public MobilitySection Mobility { get; init; } = new();

    /// <summary>What was measured of devices' accesses: what stands in the files.</summary>
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

/// <summary>What decides how fast a transfer is.</summary>
public enum Transport
{
    /// <summary>The links that it goes through.</summary>
    Ideal,

    /// <summary>TCP's congestion avoidance besides.</summary>
    Tcp,
}
