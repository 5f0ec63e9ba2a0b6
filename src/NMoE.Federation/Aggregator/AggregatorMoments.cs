using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Aggregator;

/// <summary>The moments of clients' latents, where the gate is trained relative to those of all: they come with the words that experts are ready, and are averaged by the numbers of samples.</summary>
internal static class AggregatorMoments
{
    public const string Job = "moments";

    public static AggregatorState Keep(AggregatorState state, int client, ExpertReady ready) => state.Durable.Phase == Phase.Experts && ready.Moments is [var moments]
        ? state with { Durable = state.Durable with { Moments = state.Durable.Moments.SetItem(client, moments) } }
        : state;

    public static Decision<AggregatorState> Pool(AggregatorState state)
    {
        var (joined, moments) = (state.Durable.Joined, state.Durable.Moments.Where(pair => state.Durable.Experts.Contains(pair.Key)).ToImmutableArray());
        var job = LearningJob.Create(
            new AverageParameters([.. moments.Select(pair => (double)joined[pair.Key])]), 0, [.. moments.Select(pair => pair.Value)]);
        return Decision.Of(state, new Roles.Compute(new SoleTag(Job), job, Charges.Average(moments[0].Value.Bytes, moments.Length)));
    }
}
