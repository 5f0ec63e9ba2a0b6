using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>The server halves of an experiment's stages: where one of a new kind is registered.</summary>
internal static class ServerHalves
{
    /// <summary>Those of an experiment, in the order of its stages.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="place">The aggregator's place.</param>
    /// <param name="next">What comes after a stage.</param>
    public static ImmutableArray<IServerHalf> Of(Plan plan, int place, Func<AggregatorState, Decision<AggregatorState>> next) =>
    [
        .. plan.Pipeline.Order.Select(stage => stage switch
        {
            Stages.Joining => new AggregatorJoining(plan, place, next),
            Stages.Expert => new AggregatorExperts(plan, place, next),
            Stages.Sharing => new AggregatorSharing(plan.Asked, 2 * plan.Pipeline.Deadlines.Sharing, place, next),
            Stages.Finished => new AggregatorFinish(plan.Settings.Supervision, plan.Deal, place),
            _ when plan.Pipeline.Ring(stage) is { } ring => new AggregatorRing(plan, place, ring, next),
            _ when plan.Pipeline.OverSites.Contains(stage) => new AggregatorRounds(plan, DeviceId.AggregatorAt(place), new SiteRounds(RoundStages.Of(stage)), next),
            Stages.Extractor => Travelling(plan, new AggregatorRounds(plan, DeviceId.AggregatorAt(place), RoundStages.Of(stage), next)),
            _ => (IServerHalf)new AggregatorRounds(plan, DeviceId.AggregatorAt(place), RoundStages.Of(stage), next),
        }),
    ];

    /// <summary>Rounds of stage 1, as their models travel.</summary>
    private static IServerHalf Travelling(Plan plan, IServerHalf rounds)
    {
        var travel = plan.Settings.Extractor.Compression;
        var restored = travel.IsExact ? rounds : new AggregatorCompression(plan, rounds);
        return travel.IsExactDown ? restored : new AggregatorPacking(plan, restored);
    }
}
