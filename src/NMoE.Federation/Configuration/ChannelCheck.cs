using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>What no key of the channel shows alone.</summary>
internal static class ChannelCheck
{
    /// <exception cref="ConfigurationException">A delay that is none.</exception>
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
    }

    private static ConfigurationException Wrong(Values values, Key key, string problem, string remedy) =>
        new(values.Origin(key.Path), key.Path, problem, remedy);
}
