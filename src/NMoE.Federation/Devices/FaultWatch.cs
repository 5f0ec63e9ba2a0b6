using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Devices;

/// <summary>What goes wrong, with messages or devices.</summary>
public enum FaultKind
{
    /// <summary>A message reached nobody.</summary>
    Drop,

    /// <summary>A message arrived damaged.</summary>
    Corrupt,

    /// <summary>A message left later.</summary>
    Delay,

    /// <summary>A message came twice.</summary>
    Duplicate,

    /// <summary>A message may be overtaken.</summary>
    Reorder,

    /// <summary>A device lost what was not persisted, and returns.</summary>
    Crash,

    /// <summary>A device crashed for good.</summary>
    Kill,

    /// <summary>A device computes more slowly.</summary>
    Slow,

    /// <summary>A device is cut off from others.</summary>
    Partition,

    /// <summary>Nothing moves between a device and others.</summary>
    Hold,

    /// <summary>A client went away for a while.</summary>
    Churn,
}

/// <summary>Sees faults when they happen, from outside the world: nothing that it does reaches back.</summary>
public interface IFaultWatch
{
    /// <summary>A fault is about to meet a device: for a message's fault its sender, and its receiver.</summary>
    void Met(FaultKind fault, DeviceId device);
}

/// <summary>A rule whose hits are seen.</summary>
internal sealed class WatchedRule(MessageFault rule, IFaultWatch watch) : IFaultRule
{
    /// <inheritdoc/>
    public Verdict Judge(Transfer transfer, VirtualTime now, NMoE.Chance.Draws chance)
    {
        var verdict = rule.Judge(transfer, now, chance);
        if (verdict != Verdict.Pass)
        {
            watch.Met(Kind, transfer.From);
            watch.Met(Kind, transfer.To);
        }

        return verdict;
    }

    private FaultKind Kind => rule.Verb switch
    {
        FaultVerb.Drop => FaultKind.Drop,
        FaultVerb.Corrupt => FaultKind.Corrupt,
        FaultVerb.Delay => FaultKind.Delay,
        FaultVerb.Duplicate => FaultKind.Duplicate,
        _ => FaultKind.Reorder,
    };
}
