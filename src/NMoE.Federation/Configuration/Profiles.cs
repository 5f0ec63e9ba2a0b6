using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>The sets of values between the reference and an experiment.</summary>
internal static class Profiles
{
    private const string All = "all";

    /// <summary>The settings of the profiles that an experiment names; a later one wins.</summary>
    /// <param name="named">The experiment's values, without any profile: which profile counts, and for which method, is decided without it.</param>
    /// <param name="stated">What its file and overrides state.</param>
    /// <exception cref="ConfigurationException">There is no such profile.</exception>
    public static ImmutableArray<Setting> Of(Values named, ImmutableArray<Setting> stated)
    {
        var (channel, device) = (named.Get(settings => settings.Channel.Profile), named.Get(settings => settings.Device.Profile));
        return
        [
            .. Of(named.Get(settings => settings.Profile), named.Get(settings => settings.Extractor.Method)),
            .. ProfileFile.Gates.Below(named.Get(settings => settings.Gate.Recipe)),
            .. ProfileFile.Channels.Below(channel).Where(setting => !IsOfRadio(setting)),
            .. ProfileFile.Devices.Below(device),
            .. device != ProfileFile.None || stated.Any(IsOfRadio) ? Radio(channel) : [],
        ];
    }

    /// <summary>What a network's radio spends: it goes before a device profile's. None of a network that says nothing of it.</summary>
    public static IEnumerable<Setting> Radio(string channel) => ProfileFile.Channels.Below(channel).Where(IsOfRadio);

    private static bool IsOfRadio(Setting setting) => setting.Key.StartsWith("device.energy.", StringComparison.Ordinal);

    /// <summary>The settings of the profile that a kind of devices names; none where it names none.</summary>
    /// <param name="kind">What the kind states.</param>
    /// <param name="channel">The network: its radio goes before the profile's, and counts where the kind alone says what energy costs.</param>
    /// <param name="others">What the experiment's devices are otherwise.</param>
    public static IEnumerable<Setting> OfDevice(ImmutableArray<Setting> kind, string channel, IEnumerable<Setting> others)
    {
        var profile = kind.LastOrDefault(setting => setting.Key == KeyPath.Of(settings => settings.Device.Profile)) is { Value: RawValue.Scalar { Text: var name } } ? ProfileFile.Devices.Below(name) : [];
        return profile.Any() || (kind.Any(IsOfRadio) && !others.Any(IsOfRadio)) ? profile.Concat(Radio(channel)) : [];
    }

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
