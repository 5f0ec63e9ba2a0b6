using System.Collections.Immutable;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>Rules in their order: the first that does not let a message pass decides.</summary>
/// <param name="seed">What chance follows from.</param>
/// <param name="rules">The rules.</param>
public sealed class FaultRules(ulong seed, ImmutableArray<IFaultRule> rules)
{
    /// <summary>Nothing goes wrong.</summary>
    public static FaultRules None { get; } = new(0, []);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => rules.IsEmpty;

    /// <summary>What becomes of a message.</summary>
    public Verdict Judge(Transfer transfer, VirtualTime now)
    {
        if (rules.IsEmpty)
        {
            return Verdict.Pass;
        }

        var chance = new MessageChance(seed, transfer);
        for (var place = 0; place < rules.Length; place++)
        {
            if (rules[place].Judge(transfer, now, chance.Fault(place)) is var verdict && verdict != Verdict.Pass)
            {
                return verdict;
            }
        }

        return Verdict.Pass;
    }
}
