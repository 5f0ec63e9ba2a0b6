using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Recognises a place that becomes the aggregator, and what was over in the state that it goes on from.</summary>
internal static class Takeovers
{
    /// <summary>What the place goes on from, where a decision makes it the aggregator; else null.</summary>
    public static AggregatorDurable? Of(RoleDecided decided) =>
        decided is { Before: AggregatorState { Durable.Phase: Phase.Standby }, After: AggregatorState { Durable: { Phase: not (Phase.Standby or Phase.Dismissed) } durable } }
            ? durable
            : null;

    /// <summary>The last round of a stage that had ended in a state; 0 for none.</summary>
    public static int Ended(Plan plan, AggregatorDurable durable, string stage)
    {
        var (phase, rounds) = stage == Stages.Extractor ? (Phase.Extractor, plan.Settings.Extractor.Rounds) : (Phase.Gate, plan.Settings.Gate.Exchanges);
        return durable.Phase == phase ? durable.Round - 1 : durable.Phase > phase && (stage == Stages.Extractor || plan.TrainsGate) ? rounds : 0;
    }
}
