using System.Collections.Immutable;
using NMoE.Federation.Channels;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Federation.Roles;

/// <summary>
/// How long messages take if nothing goes wrong, from bytes over rates: over the slowest client's access, and where links are shared with as many others as send or receive at
/// one time. A rate that changes counts as its mean over time. What is lost is sent again; the round trips of that are not counted.
/// </summary>
/// <param name="settings">The experiment.</param>
internal sealed class LinkForecast(ExperimentSettings settings)
{
    private readonly ChannelSection _channel = settings.Channel;
    private readonly RatesSection _clients = Clients(settings);

    /// <summary>The rates of the server on whose links clients depend: <see cref="RatesSection.ServerUp"/> and <see cref="RatesSection.ServerDown"/> of it are read.</summary>
    public RatesSection Server { get; init; } = settings.Channel.Rates;

    private RatesSection Rates => Server;

    private bool IsShared => _channel.Model == ChannelModel.Shared;

    /// <summary>An aggregator on a client has that client's links, wherever it moves.</summary>
    private bool IsOnClient =>
        settings.Aggregator is var where && (where.Place == AggregatorPlace.Client || where.Standby.Any(place => place.Place == AggregatorPlace.Client));

    /// <summary>The rates of the server that clients train with in stage 1: that of an edge server where there are sites.</summary>
    public static RatesSection ServerOf(ExperimentSettings settings) => settings.Topology is { Sites: not null } topology
        ? settings.Channel.Rates with { ServerUp = topology.SiteUp, ServerDown = topology.SiteDown }
        : settings.Channel.Rates;

    /// <summary>Seconds until all edge servers have something of the aggregator's.</summary>
    /// <param name="bytes">Bytes of each.</param>
    /// <param name="sites">Edge servers.</param>
    public double ToSites(double bytes, int sites) => Wire(bytes, settings.Topology.SiteDown, _channel.Rates.ServerUp / sites);

    /// <summary>Seconds until the aggregator has something of all edge servers.</summary>
    /// <param name="bytes">Bytes of each.</param>
    /// <param name="sites">Edge servers.</param>
    public double FromSites(double bytes, int sites) => Wire(bytes, settings.Topology.SiteUp, _channel.Rates.ServerDown / sites);

    private double Wire(double bytes, double own, double shared) => settings.Topology.SiteDelay.TotalSeconds + (8 * bytes / (IsShared ? Math.Min(own, shared) : own));

    /// <summary>Seconds until some clients have something of the aggregator's, all at one time.</summary>
    /// <param name="bytes">Bytes of each.</param>
    /// <param name="clients">Clients.</param>
    public double Down(double bytes, int clients) => Seconds(bytes, Math.Min(_clients.Down, (IsOnClient ? Math.Min(_clients.Up, Rates.ServerUp) : Rates.ServerUp) / clients));

    /// <summary>Seconds until the aggregator has something of some clients, all at one time.</summary>
    /// <param name="bytes">Bytes of each.</param>
    /// <param name="clients">Clients.</param>
    public double Up(double bytes, int clients) => Seconds(bytes, Math.Min(_clients.Up, (IsOnClient ? Math.Min(_clients.Down, Rates.ServerDown) : Rates.ServerDown) / clients));

    /// <summary>Seconds until every client has something of each of some others.</summary>
    /// <param name="bytes">Bytes of each.</param>
    /// <param name="others">Others.</param>
    public double Peers(double bytes, int others) => Seconds(bytes, Math.Min(_clients.Up, _clients.Down) / Math.Max(1, others));

    private double Seconds(double bytes, double rate) => !IsShared
        ? _channel.Delay.Value.TotalSeconds + (8 * bytes / _channel.Bandwidth)
        : Delay + (8 * bytes / Math.Min(rate, Bound) / (1 - Loss));

    /// <summary>What TCP allows on the path that is slowest and loses most, with what traces put on top at both ends.</summary>
    private double Bound
    {
        get
        {
            if (_channel.Transport != Transport.Tcp)
                return double.PositiveInfinity;
            ImmutableArray<AccessConditions> traced = [.. _channel.Traces.Conditions.Values.SelectMany(access => access.Steps).Select(step => step.Conditions)];
            var (delay, loss) = (traced.Select(one => one.Delay.TotalSeconds).DefaultIfEmpty().Max(), traced.Select(one => one.Loss).DefaultIfEmpty().Max());
            return TcpBound.BitsPerSecond(_channel.Packets.Size, TimeSpan.FromSeconds(2 * (Delay + (2 * delay))), 1 - ((1 - Loss) * (1 - loss) * (1 - loss)));
        }
    }

    private double Delay => _channel.Paths.Select(path => path.Delay ?? TimeSpan.Zero).Append(_channel.Delay.Value + _channel.Delay.Spread).Max().TotalSeconds;

    /// <summary>Share of packets that are lost, on a path that loses most; of bursts the mean over good and bad times.</summary>
    private double Loss => Math.Min(0.99, _channel.Paths.Select(path => (path.LossPercent ?? 0) / 100).Append(Usual(_channel.Loss)).Max());

    private static double Usual(LossSection loss)
    {
        if (loss.Form == LossForm.Independent)
        {
            return loss.Probability;
        }

        var bad = loss.Burst.GoodToBad / (loss.Burst.GoodToBad + loss.Burst.BadToGood);
        return (bad * loss.Burst.Loss) + ((1 - bad) * loss.Probability);
    }

    /// <summary>The slowest client's access.</summary>
    private static RatesSection Clients(ExperimentSettings settings)
    {
        var channel = settings.Channel;
        if (channel.Model == ChannelModel.Fixed || (channel.Traces.Conditions.IsEmpty && channel.Mobility.Form == MobilityForm.None && settings.Mix.IsEmpty))
        {
            return channel.Rates;
        }

        var accesses = Enumerable.Range(0, settings.Experiment.Clients).Select(client => ChannelFactory.ConditionsOf(settings, DeviceId.Client(client))).ToImmutableArray();
        return channel.Rates with { Up = Slowest(accesses, conditions => conditions.Up), Down = Slowest(accesses, conditions => conditions.Down) };
    }

    /// <summary>The lowest mean rate above 0: who is always off takes no part.</summary>
    private static double Slowest(ImmutableArray<AccessSchedule> accesses, Func<AccessConditions, double> rate) =>
        accesses.Select(access => Mean(access.Steps, rate)).Where(mean => mean > 0).DefaultIfEmpty(double.PositiveInfinity).Min();

    private static double Mean(ImmutableArray<AccessStep> steps, Func<AccessConditions, double> rate)
    {
        if (steps.Length == 1)
        {
            return rate(steps[0].Conditions);
        }

        var (sum, length) = (0.0, 0.0);
        foreach (var (step, next) in steps.Zip(steps.Skip(1)))
        {
            var seconds = (next.From - step.From).TotalSeconds;
            (sum, length) = (sum + (seconds * rate(step.Conditions)), length + seconds);
        }

        return sum / length;
    }
}
