using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>The values of <c>hocon/profiles.conf</c>: below each profile a section for all methods of stage 1, and one for each of them.</summary>
internal static class Profiles
{
    private const string FileName = "profiles.conf";
    private const string All = "all";

    private static readonly ImmutableArray<Setting> Written = HoconScanner.Scan(FileName, Embedded.Text(FileName), _ => null);

    /// <summary>The settings of a profile for a method, by its name; a later one wins.</summary>
    public static ImmutableArray<Setting> Of(Profile profile, string method) =>
    [
        .. Below(profile, All),
        .. Below(profile, method),
    ];

    private static IEnumerable<Setting> Below(Profile profile, string section)
    {
        var name = profile switch { Profile.Cpu => "cpu", Profile.Paper => "paper", _ => "none" };
        return Written
            .Where(setting => setting.Path.Length > 2 && setting.Path[0] == name && setting.Path[1] == section)
            .Select(setting => setting with { Path = setting.Path[2..] });
    }
}
