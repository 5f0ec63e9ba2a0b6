using System.Text.Json.Serialization;
using NMoE.Learning.Data;
using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

/// <summary>The classes that macro-F1 is the mean over.</summary>
public enum ClassesOfF1
{
    /// <summary>Those that occur in the truth or the predictions.</summary>
    Present,

    /// <summary>All: one that occurs in neither counts as 0.</summary>
    All,
}

/// <summary>
/// Compares answers with labels. Inputs: for each client in order, probabilities then test shard. Metrics: <c>accuracy</c>, <c>macroF1</c>, <c>auc</c>
/// (pooled), <c>accuracyLow</c> and <c>accuracyHigh</c> (<see cref="Metrics.ClientsInterval"/>), <c>aucSkipped</c> (classes without an AUC), and <c>clientAccuracy</c>, <c>clientMacroF1</c>, <c>clientAuc</c> (means over clients), <c>clientAucSkipped</c> (sum over
/// clients). Integers: 1 where a pooled row is right, else 0.
/// </summary>
/// <param name="Clients">Number of clients.</param>
public sealed record ScoreParameters(int Clients) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "score";

    /// <summary>What macro-F1 is the mean over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ClassesOfF1 F1 { get; init; }

    /// <summary>The pictures' shape where it is another one than CIFAR-10's; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureShape? Pictures { get; init; }
}

/// <summary>
/// OracleGate: a row is right when any expert is. Inputs: for each client in order, the test shard, then the logits of all n experts on it.
/// Metrics and integers as <see cref="ScoreParameters"/> gives for accuracy: <c>accuracy</c>, <c>clientAccuracy</c>.
/// </summary>
/// <param name="Clients">Number of clients n, also of experts.</param>
public sealed record OracleParameters(int Clients) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "oracle";

    /// <summary>The pictures' shape where it is another one than CIFAR-10's; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureShape? Pictures { get; init; }
}

/// <summary>The true classes of a shard's rows. Input: the shard. Integers: a class, 0..C-1, each row.</summary>
public sealed record LabelsParameters : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "labels";

    /// <summary>The pictures' shape where it is another one than CIFAR-10's; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureShape? Pictures { get; init; }
}

/// <summary>Which experts are right on a shard. Inputs: the shard, then the logits of each expert on it. Integers: expert by expert, 1 where a row is right, else 0.</summary>
public sealed record ExpertHitsParameters : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "expert-hits";

    /// <summary>The pictures' shape where it is another one than CIFAR-10's; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureShape? Pictures { get; init; }
}

/// <summary>Accuracy of the global stage-1 model. Inputs: F, H, then test shards. Metrics: <c>accuracy</c>, <c>loss</c> (pooled).</summary>
/// <param name="Model">The architecture.</param>
public sealed record ModelScoreParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "model-score";
}

/// <summary>
/// Linear probe of an extractor that has learned without labels: Linear(D, C) on frozen latents by Adam, without augmentation. Inputs: for each client in order
/// training latents and shard, then for each test latents and shard. Metrics: <c>accuracy</c>, <c>loss</c> (test, pooled).
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Clients">Number of clients n.</param>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="Epochs">Epochs.</param>
public sealed record LinearProbeParameters(ModelSpec Model, int Clients, double LearningRate, int Batch, int Epochs) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "linear-probe";
}
