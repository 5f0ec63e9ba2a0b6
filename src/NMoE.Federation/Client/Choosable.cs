using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Topologies;
using NMoE.Learning.Gates;

namespace NMoE.Federation.Client;

/// <summary>
/// Whom a client's gates may choose: clients that have experts, by what it was told. A gate that was trained may choose those alone that it has learned to; the client itself
/// knows of its own expert without being told, and is asked where there is nobody else, or by <c>localgate</c>. One without pictures has none: its own answer is a guess.
/// </summary>
internal static class Choosable
{
    /// <summary>Their numbers, ascending; at least one.</summary>
    /// <param name="deal">Who has which pictures.</param>
    /// <param name="peers">Whom it may ask.</param>
    /// <param name="serving">What is served.</param>
    /// <param name="number">The client.</param>
    /// <param name="durable">What it knows.</param>
    /// <param name="pass">The gate.</param>
    public static ImmutableArray<int> Of(Deal deal, Topology peers, ServingRules serving, int number, ClientDurable durable, InferencePass pass)
    {
        if (durable.Serving.There is { IsEmpty: true } && durable.Gates.Values.All(gate => gate.Learned.IsEmpty))
        {
            return peers.Experts(number);
        }

        var there = There(peers, serving, number, durable);
        ImmutableArray<int> choosable = Gates.Of(pass.Gate).Source is { } stage ? [.. there.Intersect(peers.Meant(number, durable.Gates[stage].Learned))]
            : !deal.Learns(number) ? Gates.Of(pass.Gate).StaysHome ? [number] : [.. there.Remove(number)]
            : [.. there.Add(number)];
        return choosable.IsEmpty ? [number] : choosable;
    }

    /// <summary>Who goes on without the servers knows what it learned from them before.</summary>
    private static ImmutableSortedSet<int> There(Topology peers, ServingRules serving, int number, ClientDurable durable) =>
        durable.Serving.There is { } said ? [.. peers.Meant(number, said)]
        : !durable.Sharing.Experts.IsEmpty ? [.. durable.Sharing.Experts]
        : serving.GateStages.FirstOrDefault(durable.Turns.ContainsKey) is { } ring ? [.. durable.Turns[ring].Model.Ring.Where(expert => peers.Knows(number, expert))]
        : [number];
}
