using NMoE.Learning.Jobs;

namespace NMoE.Learning.Tests.Gates;

/// <summary>What clients of tests know of their links.</summary>
internal static class Links
{
    /// <summary>Links that are all alike: a sample costs 1 J and 1 s with the own expert, and 1 J and 1 s more with each other one.</summary>
    public static LinkSense Alike(int experts, int own) => Of(experts, own, new SampleCost(125_000, 0, 1, 0, 1, 0, 0.5, 1), _ => LinkSteps.OfRate(1e6));

    /// <summary>Links of any rates, the same there and back.</summary>
    public static LinkSense Of(int experts, int own, SampleCost cost, Func<int, int> rate) =>
        new(128, cost, [[.. Enumerable.Range(0, experts).Select(expert => expert == own ? Link.None : new Link(rate(expert), rate(expert)))]]);
}
