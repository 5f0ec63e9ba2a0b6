using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Learning.Gates;

namespace NMoE.Federation.Client;

/// <summary>A client's halves of the stages of training: where one of a new kind is registered.</summary>
internal static class ClientHalves
{
    /// <summary>Those of a client.</summary>
    /// <param name="number">The client.</param>
    /// <param name="plan">The experiment.</param>
    public static ImmutableArray<IClientHalf> Of(int number, Plan plan)
    {
        var travel = plan.Settings.Extractor.Compression;
        IClientHalf rounds = travel.IsExact ? new ClientRounds(number, plan) : new ClientCompression(number, plan, new ClientRounds(number, plan));
        ImmutableArray<ClientRing> rings = [.. plan.Pipeline.Rings.Select(ring => new ClientRing(number, plan, ring))];
        return
        [
            new ClientJoining(number, plan, rings), travel.IsExactDown ? rounds : new ClientUnpacking(plan, rounds),
            .. plan.Pipeline.Objective.Exchange is { } exchange ? [new ClientExchange(number, plan, exchange)] : ImmutableArray<IClientHalf>.Empty,
            new ClientExperts(number, plan), new ClientSharing(number, plan), .. rings,
            .. plan.Settings.Inference.Gates.Any(gate => Gates.Of(gate).SensesLinks) ? [new ClientLinks(number, plan)] : ImmutableArray<IClientHalf>.Empty,
        ];
    }
}
