using System.Collections.Immutable;

namespace NMoE.Federation.Protocol;

/// <summary>Names of stages: what bytes are counted under, and what messages, rounds and waits are of.</summary>
public static class Stages
{
    /// <summary>Joining, beginning and ending.</summary>
    public const string Control = "control";

    /// <summary>Stage 1.</summary>
    public const string Extractor = "extractor";

    /// <summary>Waiting for clients to join: no bytes are counted under it, and waits are.</summary>
    public const string Joining = "joining";

    /// <summary>Waiting for clients' opinions of each other's latents before stage 3, likewise.</summary>
    public const string Sharing = "sharing";

    /// <summary>Waiting for clients to begin serving, likewise.</summary>
    public const string Serving = "serving";

    /// <summary>Stage 2.</summary>
    public const string Expert = "expert";

    /// <summary>Stage 3.</summary>
    public const string Gate = "gate";

    /// <summary>Stage 3 by RollGate.</summary>
    public const string Rolling = "rollgate";

    /// <summary>What the aggregator sends to its next place, whatever the stage.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>At a place that the aggregator may move to: it keeps what it is sent.</summary>
    public const string Standby = "standby";

    /// <summary>After all stages.</summary>
    public const string Finished = "finished";

    /// <summary>The aggregator no more: another place is, or is to be.</summary>
    public const string Dismissed = "dismissed";

    /// <summary>Where a place of the aggregator can stand, in order.</summary>
    public static ImmutableArray<string> Steps { get; } = [Standby, Joining, Extractor, Expert, Sharing, Gate, Rolling, Finished, Dismissed];

    /// <summary>Those in which something is published, so that another place could go on with it. On the wire each is its place here, from 1.</summary>
    public static ImmutableArray<string> Published { get; } = Steps[2..^1];

    /// <summary>Those whose start a fault can name, in order.</summary>
    public static ImmutableArray<string> Startable { get; } = [Extractor, Expert, Gate, Rolling, Serving];

    /// <summary>Stages that leave a trained model, in the order in which they come. On the wire each is its place here, from 1.</summary>
    public static ImmutableArray<string> Trained { get; } = [Extractor, Gate, Rolling];

    /// <summary>Those of them whose model is a gate, in ordinal order.</summary>
    public static ImmutableArray<string> Gates { get; } = [Gate, Rolling];

    /// <summary>Those whose model can go around a ring of clients. On the wire each is its place here.</summary>
    public static ImmutableArray<string> Rings { get; } = [Rolling, Extractor];

    /// <summary>How far training is, to be compared: rounds of later stages come later.</summary>
    /// <param name="stage">A stage that leaves a trained model.</param>
    /// <param name="round">Round or lap.</param>
    public static (int Stage, int Round) Place(string stage, int round) => (Trained.IndexOf(stage), round);
}
