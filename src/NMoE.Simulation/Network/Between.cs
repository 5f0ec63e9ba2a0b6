using System.Collections.Immutable;

namespace NMoE.Simulation.Network;

/// <summary>All paths between two sets of devices, in both directions.</summary>
/// <param name="OneSide">Devices.</param>
/// <param name="OtherSide">Devices.</param>
public sealed record Between(ImmutableSortedSet<DeviceId> OneSide, ImmutableSortedSet<DeviceId> OtherSide)
{
    /// <summary>Whether a transfer goes from one side to the other.</summary>
    public bool Holds(Transfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        return (OneSide.Contains(transfer.From) && OtherSide.Contains(transfer.To))
            || (OneSide.Contains(transfer.To) && OtherSide.Contains(transfer.From));
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
