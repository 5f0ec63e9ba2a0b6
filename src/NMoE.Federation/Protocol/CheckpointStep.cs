namespace NMoE.Federation.Protocol;

/// <summary>How far an aggregator is when it publishes something.</summary>
public enum CheckpointStep
{
    /// <summary>A round of stage 1 begins.</summary>
    Extractor,

    /// <summary>Stage 1's model is published: experts are trained.</summary>
    Experts,

    /// <summary>Clients ask each other's experts.</summary>
    Sharing,

    /// <summary>A round of stage 3 begins.</summary>
    Gate,

    /// <summary>A gate is set rolling.</summary>
    Rolling,

    /// <summary>All stages are done.</summary>
    Finished,
}
