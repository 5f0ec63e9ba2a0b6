using NMoE.Federation.Protocol;

namespace NMoE.Federation.Roles;

/// <summary>Names of the stages that bytes are counted under.</summary>
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

    /// <summary>The name of a stage that trains in rounds or laps.</summary>
    public static string Of(TrainingStage stage) => stage switch
    {
        TrainingStage.Extractor => Extractor,
        TrainingStage.Gate => Gate,
        _ => Rolling,
    };
}
