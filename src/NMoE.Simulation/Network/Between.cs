using System.Collections.Immutable;

namespace NMoE.Simulation.Network;

/// <summary>All paths from each device of one set to each other device of another, in both directions. The sets may have devices in common.</summary>
/// <param name="OneSide">Devices, or the places of some.</param>
/// <param name="OtherSide">Devices, or the places of some.</param>
public sealed record Between(ImmutableSortedSet<DeviceId> OneSide, ImmutableSortedSet<DeviceId> OtherSide)
{
    /// <summary>The device in whose place another one is, by which it is known here: its own is the default. Devices in one place have no path between them.</summary>
    public Func<DeviceId, DeviceId> PlaceOf { get; init; } = device => device;

    /// <summary>Whether there is no path between the sides.</summary>
    public bool IsEmpty => !OneSide.Any(one => OtherSide.Any(other => one != other));

    /// <summary>Whether a transfer goes from one side to the other.</summary>
    public bool Holds(Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        var (from, to) = (PlaceOf(transfer.From), PlaceOf(transfer.To));
        return from != to
            && ((OneSide.Contains(from) && OtherSide.Contains(to)) || (OneSide.Contains(to) && OtherSide.Contains(from)));
    }

    /// <summary>Whether it is between the same sets, whichever is named first.</summary>
    public bool Equals(Between? other) => other is not null
        && ((OneSide.SetEquals(other.OneSide) && OtherSide.SetEquals(other.OtherSide))
            || (OneSide.SetEquals(other.OtherSide) && OtherSide.SetEquals(other.OneSide)));

    /// <inheritdoc/>
    public override int GetHashCode() => OneSide.Count + OtherSide.Count;

    /// <summary>Names both sides, such as <c>[client-1, client-2] and [aggregator]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", OneSide)}] and [{string.Join(", ", OtherSide)}]";
}
