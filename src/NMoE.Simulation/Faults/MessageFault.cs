using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Faults;

/// <summary>What a rule does to a message that it hits.</summary>
public enum FaultVerb
{
    /// <summary><see cref="Network.Drop"/>.</summary>
    Drop,

    /// <summary><see cref="Network.Corrupt"/>.</summary>
    Corrupt,

    /// <summary><see cref="Network.Delay"/> by the rule's time.</summary>
    Delay,

    /// <summary><see cref="Network.Duplicate"/> after the rule's time.</summary>
    Duplicate,

    /// <summary><see cref="Network.Delay"/> by a drawn share of the rule's time, so that later messages overtake it.</summary>
    Reorder,
}

/// <summary>Hits a share of the messages of a kind, between some devices, for a while.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="By">The time that the verb takes; 0 where it takes none.</param>
/// <param name="Percent">Probability that a message is hit, in percent.</param>
/// <param name="Kind">Kind of message; null for any.</param>
/// <param name="From">Senders.</param>
/// <param name="To">Receivers.</param>
/// <param name="Begin">From then on.</param>
/// <param name="End">Until then.</param>
public sealed record MessageFault(
    FaultVerb Verb, TimeSpan By, double Percent, string? Kind, DeviceGroup From, DeviceGroup To, VirtualTime Begin, VirtualTime End) : IFaultRule
{
    /// <inheritdoc/>
    public Verdict Judge(Transfer transfer, VirtualTime now, Draws chance)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        ArgumentNullException.ThrowIfNull(chance);
        var hits = (Kind is null || Kind == transfer.Kind) && From.Contains(transfer.From) && To.Contains(transfer.To)
            && now.CompareTo(Begin) >= 0 && now.CompareTo(End) < 0 && 100 * chance.Next() < Percent;
        return !hits ? Verdict.Pass : Verb switch
        {
            FaultVerb.Drop => new Drop(),
            FaultVerb.Corrupt => new Corrupt(),
            FaultVerb.Delay => new Delay(By),
            FaultVerb.Duplicate => new Duplicate(By),
            _ => new Delay(TimeSpan.FromTicks((long)(By.Ticks * chance.Next()))),
        };
    }
}

/// <summary>Some devices, by name: <c>aggregator</c>, <c>supervisor</c>, <c>client-3</c>, <c>clients</c> (all of them) or <c>any</c>.</summary>
/// <param name="Numbers">Devices named one by one.</param>
/// <param name="AllClients">Whether all clients are among them.</param>
public sealed record DeviceGroup(ImmutableSortedSet<DeviceId> Numbers, Everyone AllClients)
{
    /// <summary>All devices.</summary>
    public static DeviceGroup Any { get; } = new([DeviceId.Aggregator, DeviceId.Supervisor], Everyone.Included);

    /// <summary>Whether a device is among them.</summary>
    public bool Contains(DeviceId device) => Numbers.Contains(device) || (AllClients == Everyone.Included && device.IsClient) || IsAny;

    /// <summary>Whether it is all devices, the aggregator's other places included.</summary>
    public bool IsAny => AllClients == Everyone.Included && Numbers.SetEquals(Any.Numbers);

    /// <summary>These of a world of so many clients, ascending.</summary>
    public ImmutableSortedSet<DeviceId> Of(int clients) => AllClients == Everyone.Included
        ? Numbers.Union(Enumerable.Range(0, clients).Select(client => new DeviceId(client)))
        : Numbers;

    /// <summary>Their names, as they are written.</summary>
    public override string ToString() => IsAny
        ? "any"
        : string.Join("+", (AllClients == Everyone.Included ? ["clients"] : ImmutableArray<string>.Empty).Concat(Numbers.Select(device => device.ToString())));
}

/// <summary>Whether a set holds all clients.</summary>
public enum Everyone
{
    /// <summary>Only those named.</summary>
    Excluded,

    /// <summary>All.</summary>
    Included,
}
