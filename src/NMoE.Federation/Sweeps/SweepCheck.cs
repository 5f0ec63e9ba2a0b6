using System.Collections.Immutable;
using NMoE.Federation.Configuration;
using NMoE.Simulation;

namespace NMoE.Federation.Sweeps;

/// <summary>Whether a sweep's labels say what its experiments are.</summary>
internal static class SweepCheck
{
    /// <summary>An override of what an axis varies, itself or by a profile, would leave labels that are not true.</summary>
    /// <exception cref="ConfigurationException">There is such an override.</exception>
    public static void Overrides(ImmutableArray<SweepAxis> axes, IReadOnlyList<string> sets)
    {
        foreach (var (set, setting) in sets.SelectMany(set => ExperimentReader.Override(set).Select(setting => (set, setting))))
        {
            foreach (var axis in axes)
            {
                if (axis.Keys.Contains(setting.Key))
                {
                    throw new ConfigurationException(
                        setting.Origin, setting.Key, $"the axis '{axis.Name}' of this sweep varies this key, and --set {set} would give all its labels one value",
                        "Leave the override out, or change the axis in the file");
                }

                if (GivenBy(axis, setting.Key) is { } profile)
                {
                    throw new ConfigurationException(
                        setting.Origin, setting.Key, $"the axis '{axis.Name}' of this sweep varies {profile.Key}, which gives this key too, and --set {set} would stand in its place",
                        "Leave the override out, or write the key into the labels of the axis");
                }
            }
        }
    }

    /// <summary>What a sweep says that is no mistake for certain: keys that no experiment of it reads, and those that stand before the profiles of an axis.</summary>
    /// <param name="common">What stands outside the section.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="points">The experiments.</param>
    /// <exception cref="ConfigurationException">An axis varies what nothing reads, a key promises what no experiment keeps, or two experiments are one.</exception>
    public static ImmutableArray<string> Points(ImmutableArray<Setting> common, ImmutableArray<SweepAxis> axes, ImmutableArray<SweepPoint> points)
    {
        for (var place = 0; place < axes.Length; place++)
            Varied(axes[place], place, points);
        Apart(axes, points);
        var unread = Unread(points).ToArray();
        if (unread.FirstOrDefault(key => key.IsPromise) is { } broken)
            throw broken.Refusal();
        return [.. unread.Select(key => key.Sentence), .. Hidden(common, axes)];
    }

    /// <summary>What the keys of experiments come to, each sentence once: with their labels where it is not true of all.</summary>
    public static IEnumerable<string> Consequences(ImmutableArray<SweepPoint> points) => points
        .SelectMany(point => point.Configuration.Consequences.Select(sentence => (Sentence: sentence, Name: Name(point))))
        .GroupBy(said => said.Sentence, said => said.Name, StringComparer.Ordinal)
        .Select(said => said.Count() == points.Length ? said.Key : $"{Listing.Of([.. said])}: {said.Key}");

    /// <summary>An axis varies nothing by a key that is read by no experiment whose label sets it.</summary>
    private static void Varied(SweepAxis axis, int place, ImmutableArray<SweepPoint> points)
    {
        foreach (var setting in axis.Labels.SelectMany(label => label.Settings).DistinctBy(setting => setting.Key))
        {
            var setters = axis.Labels.Where(label => label.Settings.Any(other => other.Key == setting.Key)).Select(label => label.Name).ToArray();
            var unread = points.Where(point => setters.Contains(point.Labels[place]))
                .Select(point => point.Configuration.Unread.GetValueOrDefault(setting.Key)).ToArray();
            if (unread is [{ } first, ..] && unread.All(key => key is not null))
            {
                throw new ConfigurationException(
                    setting.Origin, setting.Key, $"the axis '{axis.Name}' varies this key, and {first.Problem}", $"{first.Remedy}; write so, or leave the axis out");
            }
        }
    }

    private static void Apart(ImmutableArray<SweepAxis> axes, ImmutableArray<SweepPoint> points)
    {
        var known = new SortedDictionary<string, SweepPoint>(StringComparer.Ordinal);
        foreach (var point in points)
        {
            if (known.TryAdd(point.Configuration.Identity, point))
                continue;
            var same = known[point.Configuration.Identity];
            var (place, axis) = axes.Index().First(axis => same.Labels[axis.Index] != point.Labels[axis.Index]);
            throw new ConfigurationException(
                axis.Labels.First(label => label.Name == point.Labels[place]).Origin, $"{ExperimentReader.SweepSection}.axes.{axis.Name}",
                $"'{Name(same)}' and '{Name(point)}' are one and the same experiment: no key that is read differs", "Leave one label out, or give it another value");
        }
    }

    private static string Name(SweepPoint point) => string.Join(" / ", point.Labels);

    /// <summary>Settings that none of the experiments that have them reads.</summary>
    private static IEnumerable<UnreadKey> Unread(ImmutableArray<SweepPoint> points)
    {
        var stated = points.SelectMany(point => point.Configuration.Unread.Values).Where(unread => unread.IsStated)
            .DistinctBy(unread => (unread.Key, unread.Origin));
        return stated.Where(unread => points.All(point =>
            point.Configuration.Unread.ContainsKey(unread.Key) || point.Configuration.Keys.All(key => key.Key != unread.Key || key.Origin != unread.Origin.ToString())));
    }

    /// <summary>A key of the file goes before a profile's, so that the labels of an axis of profiles say less than they seem to.</summary>
    private static IEnumerable<string> Hidden(ImmutableArray<Setting> common, ImmutableArray<SweepAxis> axes) =>
        from setting in common.GroupBy(setting => setting.Key, StringComparer.Ordinal).Select(same => same.Last())
        from axis in axes
        let profile = axis.Keys.Contains(setting.Key) ? null : GivenBy(axis, setting.Key, setting.Value)
        where profile is not null
        select $"{setting.Origin}: {setting.Key}: this stands in the place of what {profile.Key} gives along the axis '{axis.Name}'. "
            + "Leave it out, or write it into the labels of the axis.";

    /// <summary>The setting of an axis that names a profile which gives a key another value; null where none does.</summary>
    private static Setting? GivenBy(SweepAxis axis, string key, RawValue? value = null) => axis.Labels.SelectMany(label => label.Settings)
        .FirstOrDefault(setting => setting.Value is RawValue.Scalar scalar && Profiles.Given(setting.Key, scalar.Text).Any(given => given.Key == key && given.Value != value));
}
