using NMoE.Chance;
using NMoE.Federation.Channels;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Cluster.Live.Shaping;

/// <summary>The numbers of an experiment's channel, as shaping needs them. It shares them, and nothing else, with the simulator's channels.</summary>
/// <param name="plan">The experiment.</param>
public sealed class LiveChannel(Plan plan)
{
    /// <summary>Most clients of a live run.</summary>
    public const int MostClients = 300;

    private const int LeastChunkBytes = 1 << 10;
    private const double ChunkSeconds = 0.01;
    private const uint Purpose = 0x4C49_0001;
    private readonly ChannelSection _channel = plan.Settings.Channel;
    private readonly DelayDistribution _delay = ChannelFactory.DelayOf(plan.Settings.Channel.Delay);

    /// <summary>Whether each transfer has a rate of its own, whatever others there are.</summary>
    public bool IsFixed => _channel.Model == ChannelModel.Fixed;

    /// <summary>A transfer's own rate in bit/s, where it has one.</summary>
    public double OwnRate => _channel.Bandwidth;

    /// <summary>Refuses what is not shaped live: rather no run than one that looks like another network.</summary>
    /// <exception cref="LiveException">The experiment asks for it.</exception>
    public static void Check(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (channel, faults) = (settings.Channel, settings.Faults);
        if (settings.Experiment.Clients > MostClients)
        {
            throw new LiveException(FormattableString.Invariant(
                $"experiment.clients is {settings.Experiment.Clients}, and a live run has at most {MostClients}: what the aggregator persists travels in one message. Simulate more with nmoe run."));
        }

        Refuse(channel.Model == ChannelModel.Shared && (channel.Loss.Probability > 0 || channel.Loss.Form != LossForm.Independent), "channel.loss", "lost packets are not made live");
        Refuse(channel.Model == ChannelModel.Shared && !channel.Paths.IsEmpty, "channel.paths", "all paths are alike live");
        Refuse(channel.Model == ChannelModel.Shared && channel.Mobility.Form != MobilityForm.None, "channel.mobility.form", "clients do not move live");
        Refuse(!channel.Traces.Conditions.IsEmpty || !channel.Traces.Intervals.IsEmpty, "channel.trace and channel.intervals", "measured accesses are not replayed live");
        Refuse(settings.Topology.Peers != PeerRule.All, "topology.peers", "live, a gate travels whole, and not in a client's rows");
        Refuse(settings.Topology.Sites is not null, "topology.sites", "live, all clients are below the aggregator");
        Refuse(settings.Extractor.Method == PFedMoeGate.GateName, "extractor.method = pfedmoe", "whether a client's own extractor outlives a lost process has not been seen live");
        Refuse(settings.Gate.SampledPeers is not null, "gate.sampled-peers", "live, a gate travels whole, and not in a client's rows");
        Refuse(!settings.Aggregator.Standby.IsEmpty, "aggregator.standby", "live, what the aggregator keeps is kept by a second node, and another node takes over by itself");
        Refuse(settings.Aggregator.Place != AggregatorPlace.BaseStation, "aggregator.place", "live, the aggregator has a node of its own");
        Refuse(
            !faults.Rules.IsEmpty || !faults.Schedule.IsEmpty || faults.Crashes.Share > 0 || faults.Churn.Up > TimeSpan.Zero,
            "faults", "live, processes and links fail by themselves");
    }

    /// <summary>The device whose links a device has.</summary>
    public DeviceId AccessOf(DeviceId device) => plan.Settings.Aggregator.AccessOf(device);

    /// <summary>An uplink's rate in bit/s.</summary>
    public double Up(DeviceId device) => device.IsClient ? plan.Settings.KindOf(device.Number).Rates.Up : _channel.Rates.ServerUp;

    /// <summary>A downlink's rate in bit/s.</summary>
    public double Down(DeviceId device) => device.IsClient ? plan.Settings.KindOf(device.Number).Rates.Down : _channel.Rates.ServerDown;

    /// <summary>What a device finds when it measures its access: what its links are shaped to.</summary>
    public SensedAccess Sense(DeviceId device) => SensedAccess.Of(IsFixed ? new(OwnRate, OwnRate) : new(Up(AccessOf(device)), Down(AccessOf(device))), radio: null);

    /// <summary>Bytes of a chunk from one device to another: about 10 ms of the slower link, so that flows take turns often, and what waits for a whole chunk waits little.</summary>
    public int ChunkBytes(DeviceId from, DeviceId to)
    {
        var rate = IsFixed ? OwnRate : Math.Min(Up(from), Down(to));
        return (int)Math.Clamp(rate / 8 * ChunkSeconds, LeastChunkBytes, StreamChunk.MostBytes);
    }

    /// <summary>The delay of a transfer's last bit.</summary>
    /// <param name="from">Sender.</param>
    /// <param name="to">Receiver.</param>
    /// <param name="number">Tells it from all others of its receiver.</param>
    public TimeSpan Delay(DeviceId from, DeviceId to, long number) =>
        _delay.Draw(new Draws(plan.Seeds.Key("live-delay", from.Number, to.Number), Purpose, (uint)number).NextOpen());

    private static void Refuse(bool asked, string key, string why)
    {
        if (asked)
        {
            throw new LiveException($"{key} cannot be had in a live run: {why}. Leave it at its default, or simulate with nmoe run.");
        }
    }
}
