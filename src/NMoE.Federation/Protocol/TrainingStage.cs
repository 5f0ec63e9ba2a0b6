namespace NMoE.Federation.Protocol;

/// <summary>A stage that trains in rounds.</summary>
public enum TrainingStage
{
    /// <summary>Stage 1: the shared feature extractor.</summary>
    Extractor,

    /// <summary>Stage 3: the shared gate.</summary>
    Gate,

    /// <summary>Stage 3 by RollGate: the laps of a gate around a ring of clients.</summary>
    Rolling,
}
