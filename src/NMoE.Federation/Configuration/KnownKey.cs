using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>Refuses a setting whose key, or whose shape, no experiment has.</summary>
internal static class KnownKey
{
    private static readonly string Absent = KeyPath.Of(settings => settings.Extractor.Absent);

    private static ImmutableSortedSet<string> Paths { get; } =
        Keys.All.Where(key => !key.IsFamily).Select(key => key.Path).ToImmutableSortedSet(StringComparer.Ordinal);

    /// <exception cref="ConfigurationException">The key is unknown, or a section is set like a value or the reverse.</exception>
    public static void Check(Setting setting)
    {
        if (MixReader.IsOf(setting))
        {
            MixReader.Check(setting);
            return;
        }

        var key = setting.Key;
        if (Paths.Contains(key) && setting.Value is not RawValue.EmptySection)
            return;
        var family = $"{Absent}.";
        var isEmpty = setting.Value is RawValue.EmptySection;
        var below = Keys.All.FirstOrDefault(known => known.Path.StartsWith($"{key}.", StringComparison.Ordinal));
        if (key.StartsWith(family, StringComparison.Ordinal) && !isEmpty)
            CheckRound(setting, key[family.Length..]);
        else if ((below is not null || key == Absent) && !isEmpty)
            throw new ConfigurationException(setting.Origin, key, "this is a section, not a key", Example(key, below?.Path));
        else if (below is null && key != Absent)
            CheckValue(setting, key, isEmpty);
    }

    private static void CheckRound(Setting setting, string round)
    {
        if (int.TryParse(round, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number.ToString(CultureInfo.InvariantCulture) == round)
            return;
        throw new ConfigurationException(
            setting.Origin, setting.Key, $"'{round}' is not a round", Example(Absent, null));
    }

    private static void CheckValue(Setting setting, string key, bool isEmpty)
    {
        if (Keys.Find(key) is null)
            throw new ConfigurationException(setting.Origin, key, "there is no such key", Meant(key));
        if (isEmpty)
            throw new ConfigurationException(setting.Origin, key, "this is a key, not a section", $"Write {key} = VALUE");
    }

    private static string Meant(string key) => NearestKey.Of(key) is { } nearest
        ? $"Did you mean {nearest}?"
        : "All keys stand in hocon/reference.conf";

    private static string Example(string section, string? below) => below is null
        ? $"Write {section}.\"10\" = [3] to leave client 3 out of round 10"
        : $"Write a key of it, such as {below}";
}
