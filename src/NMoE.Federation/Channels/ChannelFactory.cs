using NMoE.Chance;
using NMoE.Federation.Settings;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Network.Paths;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Channels;

/// <summary>Makes an experiment's channel of its settings.</summary>
public static class ChannelFactory
{
    /// <summary>The channel of a world.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="world">The world.</param>
    public static IChannel Of(ExperimentSettings settings, World world)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var channel = settings.Channel;
        if (channel.Model == ChannelModel.Fixed)
        {
            return new FixedChannel(world, channel.Delay.Value, channel.Bandwidth) { DrawsChance = false, OwnLink = settings.Topology.Sites is null ? null : (from, to) => Wire(settings.Topology, from, to) };
        }

        var path = new PathConditions(DelayOf(channel.Delay), LossOf(channel.Loss));
        var wire = new PathConditions(new ConstantDelay(settings.Topology.SiteDelay), new IndependentLoss(0));
        return new SharedChannel(world, Seeds.Of(settings).Key("channel"), channel.Packets, device => AccessOf(settings, device), (from, to) => PathOf(channel, IsWire(from, to) ? wire : path, from, to))
        {
            AccessOf = settings.Aggregator.AccessOf,
            IsTcp = channel.Transport == Transport.Tcp,
            DrawsChance = channel.Delay.Form != DelayForm.Constant || channel.Loss is not { Form: LossForm.Independent, Probability: 0 } || !channel.Paths.IsEmpty || !channel.Traces.Conditions.IsEmpty,
        };
    }

    /// <summary>Devices whose access lets nothing through any more, up or down, since when; by device. Only traces take a device off for good.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="now">Until when.</param>
    public static IReadOnlyList<(DeviceId Device, VirtualTime Since)> OffForGood(ExperimentSettings settings, VirtualTime now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var traces = settings.Channel.Traces;
        return
        [
            .. traces.Conditions.Keys.Union(traces.Intervals.Keys).Order().Select(device => (Device: device, Since: AccessOf(settings, device).OffFrom))
                .Where(off => off.Since is { } since && since.CompareTo(now) <= 0).Select(off => (off.Device, off.Since!.Value)),
        ];
    }

    /// <summary>Width of a device's radio channel in Hz, where distance makes its rates; null elsewhere.</summary>
    public static double? RadioOf(ExperimentSettings settings, DeviceId device)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var channel = settings.Channel;
        return channel is { Model: ChannelModel.Shared, Mobility.Form: MobilityForm.ToAndFro } && device.IsClient && !channel.Traces.Conditions.ContainsKey(device) ? channel.Mobility.Radio.Bandwidth : null;
    }

    /// <summary>Between an edge server and the aggregator.</summary>
    private static bool IsWire(DeviceId from, DeviceId to) => (from.IsEdge && to.IsAggregator) || (from.IsAggregator && to.IsEdge);

    private static (TimeSpan Delay, double Rate)? Wire(TopologySection topology, DeviceId from, DeviceId to) =>
        IsWire(from, to) ? (topology.SiteDelay, from.IsEdge ? topology.SiteUp : topology.SiteDown) : null;

    private static PathConditions PathOf(ChannelSection channel, PathConditions usual, DeviceId from, DeviceId to) =>
        channel.Paths.IsEmpty ? usual : OwnPath(channel, usual, from, to);

    private static PathConditions OwnPath(ChannelSection channel, PathConditions usual, DeviceId from, DeviceId to)
    {
        var own = channel.Paths.FirstOrDefault(path => path.From.Contains(from) && path.To.Contains(to));
        return own is null ? usual : new PathConditions(
            own.Delay is { } delay ? new ConstantDelay(delay) : usual.Delay,
            own.LossPercent is { } percent ? new IndependentLoss(percent / 100) : usual.Loss);
    }

    /// <summary>The distribution of a delay.</summary>
    /// <param name="delay">Its settings.</param>
    public static DelayDistribution DelayOf(DelaySection delay)
    {
        ArgumentNullException.ThrowIfNull(delay);
        return delay.Form switch
        {
            DelayForm.Uniform => new UniformDelay(delay.Value - delay.Spread, delay.Value + delay.Spread),
            DelayForm.Normal => new NormalDelay(delay.Value, delay.Spread),

            // A standard deviation above the mean of the logarithm lies the 84th percentile: median * e^sigma = median + spread.
            DelayForm.LogNormal => new LogNormalDelay(delay.Value, Normal.Log(1 + (delay.Spread / delay.Value))),
            _ => new ConstantDelay(delay.Value),
        };
    }

    /// <summary>How packets are lost.</summary>
    /// <param name="loss">Its settings.</param>
    public static PacketLoss LossOf(LossSection loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss.Form == LossForm.Bursts
            ? new GilbertElliottLoss(loss.Burst.GoodToBad, loss.Burst.BadToGood, loss.Probability, loss.Burst.Loss)
            : new IndependentLoss(loss.Probability);
    }

    private static AccessSchedule AccessOf(ExperimentSettings settings, DeviceId device)
    {
        var access = ConditionsOf(settings, device);
        return settings.Channel.Traces.Intervals.TryGetValue(device, out var on) ? Availability.Of(access, on, settings.Channel.Traces.Repeat) : access;
    }

    /// <summary>What a device's access is like while it is on.</summary>
    internal static AccessSchedule ConditionsOf(ExperimentSettings settings, DeviceId device)
    {
        var (channel, rates) = (settings.Channel, device.IsClient ? settings.KindOf(device.Number).Rates : settings.Channel.Rates);
        return channel.Traces.Conditions.TryGetValue(device, out var measured) ? measured
            : device.IsClient && channel.Mobility.Form == MobilityForm.ToAndFro ? ClientTracks.Access(settings, device.Number)
            : AccessSchedule.Constant(device.IsClient ? new(rates.Up, rates.Down) : device.IsEdge ? new(settings.Topology.SiteUp, settings.Topology.SiteDown) : new(rates.ServerUp, rates.ServerDown));
    }
}
