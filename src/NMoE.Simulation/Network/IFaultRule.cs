using NMoE.Chance;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>A rule that looks at a message when it is sent. Of several rules, the first that does not let it pass decides.</summary>
public interface IFaultRule
{
    /// <summary>What becomes of the message.</summary>
    /// <param name="transfer">The message.</param>
    /// <param name="now">When it is sent.</param>
    /// <param name="chance">Draws that belong to this message and this rule.</param>
    Verdict Judge(Transfer transfer, VirtualTime now, Draws chance);
}
