using System.Collections.Immutable;

namespace NMoE.Federation.Configuration;

/// <summary>A file of <c>hocon/</c> with named sets of values.</summary>
/// <param name="file">Its name.</param>
internal sealed class ProfileFile(string file)
{
    /// <summary>The name that stands for no set.</summary>
    public const string None = "none";

    private readonly ImmutableArray<Setting> _written = HoconScanner.Scan(file, Embedded.Text(file), _ => null);

    /// <summary>What an experiment trains: below each profile a section for all methods of stage 1, and one for each of them.</summary>
    public static ProfileFile Training { get; } = new("profiles.conf");

    /// <summary>Ways to train the gate, beside the paper's, which is the reference's.</summary>
    public static ProfileFile Gates { get; } = new("gates.conf");

    /// <summary>Networks.</summary>
    public static ProfileFile Channels { get; } = new("channels.conf");

    /// <summary>Devices.</summary>
    public static ProfileFile Devices { get; } = new("devices.conf");

    /// <summary>The names of its sets, as they follow each other in the file.</summary>
    public ImmutableArray<string> Names => [.. _written.Select(setting => setting.Path[0]).Distinct(StringComparer.Ordinal)];

    /// <summary>The settings below a place, without it.</summary>
    /// <param name="place">A set's name, and what follows it; nothing stands below <see cref="None"/>.</param>
    public IEnumerable<Setting> Below(params ImmutableArray<string> place) => _written
        .Where(setting => setting.Path.Length > place.Length && setting.Path.Take(place.Length).SequenceEqual(place))
        .Select(setting => setting with { Path = setting.Path[place.Length..] });
}
