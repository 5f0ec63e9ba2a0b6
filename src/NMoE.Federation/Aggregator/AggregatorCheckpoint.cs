using NMoE.Federation.Protocol;

namespace NMoE.Federation.Aggregator;

/// <summary>What an aggregator keeps, as its next place is sent it, and back.</summary>
internal static class AggregatorCheckpoint
{
    /// <summary>Whether something is published in a phase, so that another place could go on with it. Phases from there on are the steps of a checkpoint, in their order.</summary>
    public static bool IsOf(Phase phase) => phase is >= Phase.Extractor and <= Phase.Finished;

    public static Checkpoint Of(AggregatorDurable durable) => new(durable)
    {
        Number = durable.Checkpoints,
        Step = (CheckpointStep)(durable.Phase - Phase.Extractor),

        // Opinions are gathered anew at another place, as long as they are.
        Unlearned = durable.Phase > Phase.Sharing ? durable.Unlearned : [],
    };

    public static AggregatorDurable State(Checkpoint kept) => new(kept) { Phase = Phase.Extractor + (int)kept.Step, MayBegin = true };
}
