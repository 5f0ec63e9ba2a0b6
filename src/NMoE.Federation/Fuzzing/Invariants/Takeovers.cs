using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Recognises a place that becomes the aggregator, and what was over in the state that it goes on from.</summary>
internal static class Takeovers
{
    /// <summary>What the place goes on from, where a decision makes it the aggregator; else null.</summary>
    public static AggregatorDurable? Of(RoleDecided decided) =>
        decided is { Device.IsEdge: false, Before: AggregatorState { Durable.Stage: Stages.Standby }, After: AggregatorState { Durable: { Stage: not (Stages.Standby or Stages.Dismissed) } durable } }
            ? durable
            : null;

    /// <summary>The last round of a stage that had ended in a state; 0 for none.</summary>
    public static int Ended(Pipeline pipeline, AggregatorDurable durable, string stage)
    {
        var (now, asked) = (pipeline.Order.IndexOf(durable.Stage), pipeline.Order.IndexOf(stage));
        return asked < 0 || now < asked ? 0 : now == asked ? durable.Round - 1 : pipeline.Rounds[stage];
    }
}
