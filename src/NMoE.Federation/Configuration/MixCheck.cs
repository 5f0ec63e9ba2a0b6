using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>Refuses kinds of devices that do not fit the experiment: what is trained needs memory on each, and what needs experts of one shape has none.</summary>
internal static class MixCheck
{
    /// <param name="settings">The experiment.</param>
    /// <param name="mix">What its kinds state.</param>
    /// <param name="bind">The values of the experiment with some keys otherwise, which have been read.</param>
    /// <exception cref="ConfigurationException">A kind does not fit.</exception>
    public static void Run(ExperimentSettings settings, MixReader mix, Func<ImmutableArray<Setting>, Values> bind)
    {
        foreach (var kind in settings.Mix.Kinds)
        {
            var own = mix.Below(kind.Name);
            DeviceCheck.Run(settings with { Device = kind.Device, Model = settings.Model with { Expert = kind.Expert }, PFedMoe = settings.PFedMoe with { Extractor = kind.Extractor } }, bind(own));
            if (kind.Expert == settings.Model.Expert)
                continue;
            var stated = own.Last(setting => setting.Key == KeyPath.Of(all => all.Model.Expert));
            if (settings.Expert.Start == ExpertStart.Reuse)
                throw Wrong(stated, kind, $"{KeyPath.Of(all => all.Expert.Start)} = reuse takes stage 1's predictor, a {settings.Model.Expert}, for every expert", $"Write {KeyPath.Of(all => all.Expert.Start)} = fine-tune, or leave it out");
            if (settings.Evaluation is { Enabled: true } evaluation && evaluation.Baselines.Contains(Baseline.CentralisedMoe))
                throw Wrong(stated, kind, $"centralised-moe in {KeyPath.Of(all => all.Evaluation.Baselines)} trains experts of one shape together", "Leave one of both out");
        }
    }

    private static ConfigurationException Wrong(Setting stated, DeviceKind kind, string problem, string remedy) =>
        new(stated.Origin, $"mix.{kind.Name}.{stated.Key}", problem, remedy);
}
