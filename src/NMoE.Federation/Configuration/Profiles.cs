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
        .. Of(named.Get(Keys.Profile), named.Get(Keys.ExtractorMethod)),
        .. ProfileFile.Gates.Below(named.Get(Keys.GateRecipe)),
        .. ProfileFile.Channels.Below(named.Get(Keys.ChannelProfile)),
        .. ProfileFile.Devices.Below(named.Get(Keys.DeviceProfile)),
    ];

    /// <summary>The settings of a training profile for a method, by its name; a later one wins.</summary>
    public static ImmutableArray<Setting> Of(Profile profile, string method)
    {
        var name = profile switch { Profile.Cpu => "cpu", Profile.Paper => "paper", _ => ProfileFile.None };
        return [.. ProfileFile.Training.Below(name, All), .. ProfileFile.Training.Below(name, method)];
    }

    /// <summary>What a key that names a profile gives, for whatever method; nothing for other keys.</summary>
    public static IEnumerable<Setting> Given(string key, string name) =>
        key == Keys.Profile.Path ? ProfileFile.Training.Below(name).Select(setting => setting with { Path = setting.Path[1..] })
        : key == Keys.ChannelProfile.Path ? ProfileFile.Channels.Below(name)
        : key == Keys.DeviceProfile.Path ? ProfileFile.Devices.Below(name)
        : key == Keys.GateRecipe.Path ? ProfileFile.Gates.Below(name)
        : [];
}
