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
            throw Wrong(values, Keys.ChannelDelaySpread, "a uniform delay that is wider than its mean would be negative at times", $"Write at most {Keys.ChannelDelay.Path}");
        }

        if (delay is { Form: DelayForm.LogNormal } && delay.Value == TimeSpan.Zero)
        {
            throw Wrong(values, Keys.ChannelDelay, "a log-normal delay has a median above 0", $"Write one, or another {Keys.ChannelDelayForm.Path}");
        }

        if (channel.Model == ChannelModel.Fixed && delay.Form != DelayForm.Constant)
        {
            throw Wrong(values, Keys.ChannelDelayForm, "every transfer over a fixed channel has the same delay", $"Write constant, or {Keys.ChannelModel.Path} = shared");
        }

        CheckPlace(settings, values);
        CheckStandby(settings, values);
        CheckMobility(settings, values);
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
            throw Wrong(values, Keys.AggregatorPlace, "over a fixed channel all places are alike", $"Write base-station, or {Keys.ChannelModel.Path} = shared");
        }

        if (aggregator.Client >= clients)
        {
            throw Wrong(values, Keys.AggregatorClient, $"there is no client {aggregator.Client}", $"Name one in 0..{clients - 1}");
        }
    }

    private static void CheckStandby(ExperimentSettings settings, Values values)
    {
        var clients = settings.Experiment.Clients;
        foreach (var place in settings.Aggregator.Standby.Where(place => place.Place == AggregatorPlace.Client))
        {
            if (settings.Channel.Model == ChannelModel.Fixed)
            {
                throw Wrong(values, Keys.AggregatorStandby, "over a fixed channel all places are alike", $"Write base-station, or {Keys.ChannelModel.Path} = shared");
            }

            if (place.Client >= clients)
            {
                throw Wrong(values, Keys.AggregatorStandby, $"there is no client {place.Client}", $"Name clients in client-0..client-{clients - 1}");
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
            throw Wrong(values, Keys.ChannelMobilityForm, "a fixed channel knows no devices' accesses", $"Write none, or {Keys.ChannelModel.Path} = shared");
        }

        if (mobility.Far < mobility.Near)
        {
            throw Wrong(values, Keys.ChannelMobilityFar, "the greatest distance is less than the least", $"Write at least {Keys.ChannelMobilityNear.Path}");
        }

        var turns = mobility.Far > mobility.Near ? mobility.Until.TotalSeconds * mobility.Speed / (mobility.Far - mobility.Near) : 0;
        if (((mobility.Until / mobility.Interval) + turns) * clients > MostSteps)
        {
            throw Wrong(
                values, Keys.ChannelMobilityInterval, FormattableString.Invariant($"the rates and turns of {clients} clients until {mobility.Until} would not fit into memory"),
                FormattableString.Invariant($"Write a longer one, or a shorter {Keys.ChannelMobilityUntil.Path}: {MostSteps} steps of all clients are the most"));
        }
    }

    private static ConfigurationException Wrong(Values values, Key key, string problem, string remedy) =>
        new(values.Origin(key.Path), key.Path, problem, remedy);
}
