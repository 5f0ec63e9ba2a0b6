using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Devices;

/// <summary>Sees faults when they happen, from outside the world: nothing that it does reaches back.</summary>
public interface IFaultWatch
{
    /// <summary>A fault is about to meet a device: for a message's fault its sender, and its receiver.</summary>
    void Met(FaultKind fault, DeviceId device);
}

/// <summary>A rule whose hits are seen.</summary>
internal sealed class WatchedRule(MessageFault rule, IFaultWatch watch) : IFaultRule
{
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
