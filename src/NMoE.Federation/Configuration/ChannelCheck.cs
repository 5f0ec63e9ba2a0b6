using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>What no key of the channel shows alone.</summary>
internal static class ChannelCheck
{
    private const int MostSteps = 10_000_000;

    /// <param name="settings">All settings.</param>
    /// <param name="values">Where they were written.</param>
    /// <exception cref="ConfigurationException">A delay that is none, or keys that the channel's model does not read.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        var (channel, delay) = (settings.Channel, settings.Channel.Delay);
        if (delay is { Form: DelayForm.Uniform } && delay.Spread > delay.Value)
        {
            throw Wrong(values, KeyPath.Of(all => all.Channel.Delay.Spread), "a uniform delay that is wider than its mean would be negative at times", $"Write at most {KeyPath.Of(all => all.Channel.Delay.Value)}");
        }

        if (delay is { Form: DelayForm.LogNormal } && delay.Value == TimeSpan.Zero)
        {
            throw Wrong(values, KeyPath.Of(all => all.Channel.Delay.Value), "a log-normal delay has a median above 0", $"Write one, or another {KeyPath.Of(all => all.Channel.Delay.Form)}");
        }

        if (channel.Model == ChannelModel.Fixed && delay.Form != DelayForm.Constant)
        {
            throw Wrong(values, KeyPath.Of(all => all.Channel.Delay.Form), "every transfer over a fixed channel has the same delay", $"Write constant, or {KeyPath.Of(all => all.Channel.Model)} = shared");
        }

        CheckPaths(settings, values);
        CheckPlace(settings, values);
        CheckStandby(settings, values);
        CheckMobility(settings, values);
    }

    private static void CheckPaths(ExperimentSettings settings, Values values)
    {
        var (channel, clients) = (settings.Channel, settings.Experiment.Clients);
        if (channel.Model == ChannelModel.Fixed && !channel.Paths.IsEmpty)
        {
            throw Wrong(values, KeyPath.Of(all => all.Channel.Paths), "all paths of a fixed channel are alike", $"Write [], or {KeyPath.Of(all => all.Channel.Model)} = shared");
        }

        foreach (var (number, path) in channel.Paths.Index())
        {
            if (path.From.Numbers.Union(path.To.Numbers).FirstOrDefault(device => device.Number >= clients) is { Number: > 0 } unknown)
            {
                throw Wrong(values, KeyPath.Of(all => all.Channel.Paths), $"number {number + 1}: there is no {unknown}", $"Name clients in client-0..client-{clients - 1}");
            }
        }
    }

    private static void CheckPlace(ExperimentSettings settings, Values values)
    {
        var (aggregator, clients) = (settings.Aggregator, settings.Experiment.Clients);
        if (aggregator.Place == AggregatorPlace.BaseStation)
        {
            return;
        }

        if (settings.Channel.Model == ChannelModel.Fixed)
        {
            throw Wrong(values, KeyPath.Of(all => all.Aggregator.Place), "over a fixed channel all places are alike", $"Write base-station, or {KeyPath.Of(all => all.Channel.Model)} = shared");
        }

        if (aggregator.Client >= clients)
        {
            throw Wrong(values, KeyPath.Of(all => all.Aggregator.Client), $"there is no client {aggregator.Client}", $"Name one in 0..{clients - 1}");
        }
    }

    private static void CheckStandby(ExperimentSettings settings, Values values)
    {
        var clients = settings.Experiment.Clients;
        foreach (var place in settings.Aggregator.Standby.Where(place => place.Place == AggregatorPlace.Client))
        {
            if (settings.Channel.Model == ChannelModel.Fixed)
            {
                throw Wrong(values, KeyPath.Of(all => all.Aggregator.Standby), "over a fixed channel all places are alike", $"Write base-station, or {KeyPath.Of(all => all.Channel.Model)} = shared");
            }

            if (place.Client >= clients)
            {
                throw Wrong(values, KeyPath.Of(all => all.Aggregator.Standby), $"there is no client {place.Client}", $"Name clients in client-0..client-{clients - 1}");
            }
        }
    }

    private static void CheckMobility(ExperimentSettings settings, Values values)
    {
        var (mobility, clients) = (settings.Channel.Mobility, settings.Experiment.Clients);
        if (mobility.Form == MobilityForm.None)
        {
            return;
        }

        if (settings.Channel.Model == ChannelModel.Fixed)
        {
            throw Wrong(values, KeyPath.Of(all => all.Channel.Mobility.Form), "a fixed channel knows no devices' accesses", $"Write none, or {KeyPath.Of(all => all.Channel.Model)} = shared");
        }

        if (mobility.Far < mobility.Near)
        {
            throw Wrong(values, KeyPath.Of(all => all.Channel.Mobility.Far), "the greatest distance is less than the least", $"Write at least {KeyPath.Of(all => all.Channel.Mobility.Near)}");
        }

        var turns = mobility.Far > mobility.Near ? mobility.Until.TotalSeconds * mobility.Speed / (mobility.Far - mobility.Near) : 0;
        if (((mobility.Until / mobility.Interval) + turns) * clients > MostSteps)
        {
            throw Wrong(
                values, KeyPath.Of(all => all.Channel.Mobility.Interval), FormattableString.Invariant($"the rates and turns of {clients} clients until {mobility.Until} would not fit into memory"),
                FormattableString.Invariant($"Write a longer one, or a shorter {KeyPath.Of(all => all.Channel.Mobility.Until)}: {MostSteps} steps of all clients are the most"));
        }
    }

    private static ConfigurationException Wrong(Values values, string key, string problem, string remedy) =>
        new(values.Origin(key), key, problem, remedy);
}
