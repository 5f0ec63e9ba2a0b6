using System.Collections.Immutable;
using NMoE.Federation.Configuration;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Sweeps;

/// <summary>The axis whose points repeat one experiment with other seeds.</summary>
internal static class SweepRepeats
{
    /// <summary>The key that names it, within the section.</summary>
    public const string Name = "repeat";

    /// <summary>The axis that <c>sweep.repeat</c> names; null where it is not written.</summary>
    /// <exception cref="ConfigurationException">There is no such axis, or it varies more than the seed.</exception>
    public static SweepAxis? Read(ImmutableArray<Setting> sweep, ImmutableArray<SweepAxis> axes)
    {
        if (Written(sweep) is not { } written)
            return null;
        var name = written.Value is RawValue.Scalar scalar ? scalar.Text : written.Value.ToString()!;
        if (axes.FirstOrDefault(axis => axis.Name == name) is not { } found)
        {
            throw new ConfigurationException(
                written.Origin, written.Key, $"'{name}' is not an axis of this sweep", SweepNames.Remedy(name, axes.Select(axis => axis.Name)));
        }

        var varied = found.Labels.SelectMany(label => label.Settings).Any(setting => setting.Key == KeyPath.Of(all => all.Gate.Seed))
            ? KeyPath.Of(all => all.Gate.Seed)
            : KeyPath.Of(all => all.Seed);
        var others = found.Labels.SelectMany(label => label.Settings).Where(setting => setting.Key != varied)
            .Concat(axes.Where(axis => axis != found).SelectMany(axis => axis.Labels).SelectMany(label => label.Settings).Where(setting => setting.Key == varied));
        return others.FirstOrDefault() is { } other
            ? throw new ConfigurationException(
                other.Origin, other.Key, $"repeats along the axis '{name}' differ in {varied} alone, and no other axis sets it", "Leave this key out here")
            : found;
    }

    /// <summary>Equal seeds would count one result twice, and make an interval of nothing.</summary>
    /// <exception cref="ConfigurationException">There are fewer than two seeds, or equal ones.</exception>
    public static void Check(ImmutableArray<Setting> sweep, SweepAxis? repeat, ImmutableArray<SweepPoint> points)
    {
        if (repeat is null)
            return;
        var seeds = points.Select(point => (point.Configuration.Settings.Seed, Seeds.Of(point.Configuration.Settings).Gate)).Distinct().Count();
        if (seeds < 2 || seeds < repeat.Labels.Length)
        {
            var written = Written(sweep)!;
            throw new ConfigurationException(
                written.Origin, written.Key, FormattableString.Invariant($"the {repeat.Labels.Length} labels of the axis '{repeat.Name}' have {seeds} different seeds"),
                "Give each label a seed of its own, two labels at least");
        }
    }

    private static Setting? Written(ImmutableArray<Setting> sweep) => sweep.LastOrDefault(setting => setting.Path is [_, Name]);
}
