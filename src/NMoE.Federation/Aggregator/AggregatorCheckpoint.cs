using NMoE.Federation.Protocol;

namespace NMoE.Federation.Aggregator;

/// <summary>What an aggregator keeps, as its next place is sent it, and back.</summary>
internal static class AggregatorCheckpoint
{
    /// <summary>Whether something is published in a phase, so that another place could go on with it.</summary>
    public static bool IsOf(Phase phase) => phase is >= Phase.Extractor and <= Phase.Finished;

    public static Checkpoint Of(AggregatorDurable durable) => new(
        durable.Checkpoints, Step(durable.Phase), durable.Round, durable.Joined, durable.Extractor)
    {
        Velocity = durable.Velocity,
        Control = durable.Control is { } control ? [control] : [],
        Gates = [durable.Gate!, durable.Rolled!],
        Moments = durable.PooledMoments is { } moments ? [moments] : [],
        Correlations = durable.Correlations,
        Ready = durable.Ready,
        Versions = durable.Versions,
        Counted = durable.Counted,
        Experts = durable.Experts,
        Generation = durable.Generation,
        Lineage = durable.Lineage,

        // Opinions are gathered anew at another place, as long as they are.
        Unlearned = durable.Phase > Phase.Sharing ? durable.Unlearned : [],
        Silent = durable.Silent,
    };

    public static AggregatorDurable State(Checkpoint kept) => new(
        PhaseOf(kept.Step), kept.Round, kept.Joined, kept.Extractor, kept.Velocity, kept.Control.FirstOrDefault(),
        kept.Correlations, kept.Gates[0], kept.Ready, MayBegin: true)
    {
        Rolled = kept.Gates[1],
        PooledMoments = kept.Moments.FirstOrDefault(),
        Versions = kept.Versions,
        Counted = kept.Counted,
        Experts = kept.Experts,
        Generation = kept.Generation,
        Lineage = kept.Lineage,
        Unlearned = kept.Unlearned,
        Silent = kept.Silent,
    };

    private static CheckpointStep Step(Phase phase) => phase switch
    {
        Phase.Extractor => CheckpointStep.Extractor,
        Phase.Experts => CheckpointStep.Experts,
        Phase.Sharing => CheckpointStep.Sharing,
        Phase.Gate => CheckpointStep.Gate,
        Phase.Rolling => CheckpointStep.Rolling,
        _ => CheckpointStep.Finished,
    };

    private static Phase PhaseOf(CheckpointStep step) => step switch
    {
        CheckpointStep.Extractor => Phase.Extractor,
        CheckpointStep.Experts => Phase.Experts,
        CheckpointStep.Sharing => Phase.Sharing,
        CheckpointStep.Gate => Phase.Gate,
        CheckpointStep.Rolling => Phase.Rolling,
        _ => Phase.Finished,
    };
}
