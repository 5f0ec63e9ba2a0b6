using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Sweeps;

/// <summary>Where an experiment of a sweep differs from the paper's profile, whoever wrote the value that differs: profile, file or override.</summary>
internal static class SweepDifferences
{
    /// <summary>The keys that differ, in ordinal order.</summary>
    /// <param name="here">The experiment.</param>
    /// <param name="varied">The keys that the sweep's axes set.</param>
    public static ImmutableArray<SettingDifference> Of(EffectiveConfiguration here, ImmutableSortedSet<string> varied)
    {
        // The paper has no objective with parts that clients keep to themselves: such an experiment differs in its method too.
        var method = Objectives.Of(here.Settings.Extractor.Method).Private is null ? here.Settings.Extractor.Method : new ExtractorSection().Method;
        var paper = ExperimentReader.Bind([], [$"{KeyPath.Of(all => all.Profile)}=paper", $"{KeyPath.Of(all => all.Extractor.Method)}={method}"], _ => null).Keys
            .ToImmutableSortedDictionary(key => key.Key, key => key.Value, StringComparer.Ordinal);
        var stated = Profiles.Of(Profile.Paper, method).Select(setting => setting.Key).ToImmutableSortedSet(StringComparer.Ordinal);

        // Of a key that an axis varies and the profile leaves open, such as the partition, the labels tell all there is.
        return
        [
            .. here.Keys.Where(key => Matters(key.Key) && (stated.Contains(key.Key) || !varied.Contains(key.Key)))
                .Select(key => new SettingDifference(key.Key, key.Value, paper.GetValueOrDefault(key.Key, "none")))
                .Where(difference => difference.Here != difference.Paper),
        ];
    }

    /// <summary>Whether a key can change a number of a row; which rows there are, what else is measured and the seed, which no paper has in common with us, do not count.</summary>
    private static bool Matters(string key) =>
        key is not ("profile" or "channel.profile" or "device.profile" or "seed" or "experiment.name" or "data.path" or "inference.gates" or "inference.test-partitions")
        && !key.StartsWith("compute.", StringComparison.Ordinal) && !key.StartsWith("evaluation.", StringComparison.Ordinal);
}
