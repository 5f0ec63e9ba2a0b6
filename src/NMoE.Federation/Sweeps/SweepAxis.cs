using System.Collections.Immutable;
using NMoE.Federation.Configuration;

namespace NMoE.Federation.Sweeps;

/// <summary>What a sweep varies: a name, and a label for each of its values.</summary>
internal sealed record SweepAxis(string Name, ImmutableArray<SweepLabel> Labels)
{
    public IEnumerable<string> Names => Labels.Select(label => label.Name);

    /// <summary>The keys that some label of it sets.</summary>
    public ImmutableSortedSet<string> Keys =>
        Labels.SelectMany(label => label.Settings).Select(setting => setting.Key).ToImmutableSortedSet(StringComparer.Ordinal);
}

/// <summary>One value of an axis: its name, the keys that it sets, and where it begins.</summary>
internal sealed record SweepLabel(string Name, ImmutableArray<Setting> Settings, Origin Origin);
