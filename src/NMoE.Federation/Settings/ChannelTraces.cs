using System.Collections.Immutable;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;

namespace NMoE.Federation.Settings;

/// <summary>What was measured of devices' accesses (docs/traces.md).</summary>
/// <param name="Conditions">What accesses were like; those of other devices are as the channel says.</param>
/// <param name="Intervals">When devices were on; others are always on.</param>
public sealed record ChannelTraces(
    ImmutableSortedDictionary<DeviceId, AccessSchedule> Conditions, ImmutableSortedDictionary<DeviceId, ImmutableArray<OnInterval>> Intervals)
{
    /// <summary>After how long traces begin anew; 0 for never.</summary>
    public TimeSpan Repeat { get; init; }

    /// <summary>What of the files is worth knowing before a run: rows that are passed over, devices that are off at first or for good.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Nothing was measured.</summary>
    public static ChannelTraces None { get; } = new(
        ImmutableSortedDictionary<DeviceId, AccessSchedule>.Empty, ImmutableSortedDictionary<DeviceId, ImmutableArray<OnInterval>>.Empty);
}
