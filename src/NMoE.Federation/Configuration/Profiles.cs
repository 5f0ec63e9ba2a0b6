using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>The sets of values between the reference and an experiment.</summary>
internal static class Profiles
{
    private const string All = "all";

    /// <summary>The settings of the profiles that an experiment names; a later one wins.</summary>
    /// <param name="named">The experiment's values, without any profile: which profile counts, and for which method, is decided without it.</param>
    /// <exception cref="ConfigurationException">There is no such profile.</exception>
    public static ImmutableArray<Setting> Of(Values named) =>
    [
        .. Of(named.Get(settings => settings.Profile), named.Get(settings => settings.Extractor.Method)),
        .. ProfileFile.Gates.Below(named.Get(settings => settings.Gate.Recipe)),
        .. ProfileFile.Channels.Below(named.Get(settings => settings.Channel.Profile)),
        .. ProfileFile.Devices.Below(named.Get(settings => settings.Device.Profile)),
    ];

    /// <summary>The settings of the profile that a kind of devices names; none where it names none.</summary>
    public static IEnumerable<Setting> OfDevice(ImmutableArray<Setting> kind) =>
        kind.LastOrDefault(setting => setting.Key == KeyPath.Of(settings => settings.Device.Profile)) is { Value: RawValue.Scalar { Text: var name } } ? ProfileFile.Devices.Below(name) : [];

    /// <summary>The settings of a training profile for a method, by its name; a later one wins.</summary>
    public static ImmutableArray<Setting> Of(Profile profile, string method)
    {
        var name = profile switch { Profile.Cpu => "cpu", Profile.Paper => "paper", _ => ProfileFile.None };
        return [.. ProfileFile.Training.Below(name, All), .. ProfileFile.Training.Below(name, method)];
    }

    /// <summary>What a key that names a profile gives, for whatever method; nothing for other keys.</summary>
    public static IEnumerable<Setting> Given(string key, string name) =>
        key == KeyPath.Of(settings => settings.Profile) ? ProfileFile.Training.Below(name).Select(setting => setting with { Path = setting.Path[1..] })
        : key == KeyPath.Of(settings => settings.Channel.Profile) ? ProfileFile.Channels.Below(name)
        : key == KeyPath.Of(settings => settings.Device.Profile) ? ProfileFile.Devices.Below(name)
        : key == KeyPath.Of(settings => settings.Gate.Recipe) ? ProfileFile.Gates.Below(name)
        : [];
}
