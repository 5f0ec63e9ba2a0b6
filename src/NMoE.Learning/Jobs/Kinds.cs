using System.Collections.Immutable;

namespace NMoE.Learning.Jobs;

/// <summary>The architecture shared by all clients (paper, Sec. IV-A).</summary>
/// <param name="Width">Channels of ResNet-18's first stage: 64 in the paper, 16 for CPU presets; a multiple of 16, oneDNN's block on AVX-512. The latent has 8 x Width dimensions.</param>
/// <param name="Classes">Number of classes C.</param>
public sealed record ModelSpec(int Width, int Classes)
{
    /// <summary>Dimensions D of the latent F(x).</summary>
    public int Latent => 8 * Width;
}

/// <summary>Where pictures come from.</summary>
/// <param name="Name"><c>cifar10</c> or <c>generated</c>.</param>
/// <param name="ContentHash">SHA-256 over the files of a data set on disk; of a generated one, its generator's name and version.</param>
/// <param name="Seed">Seed of a generated data set; 0 for one on disk.</param>
public sealed record DataSpec(string Name, string ContentHash, ulong Seed);

/// <summary>How pictures are dealt to clients (algorithms.md, section 1).</summary>
public enum PartitionKind
{
    /// <summary>Every client sees all classes equally often.</summary>
    Iid,

    /// <summary>Non-IID(tau): one dominant class a client, with share 1/(1+tau).</summary>
    NonIid,
}

/// <summary>A partition of one split over all clients.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Tau">In (0, 1]; read by <see cref="PartitionKind.NonIid"/> only, else 1.</param>
/// <param name="Clients">Number of clients n.</param>
/// <param name="PerClient">Pictures of each client.</param>
public sealed record PartitionSpec(PartitionKind Kind, double Tau, int Clients, int PerClient);

/// <summary>Deals one client's shard. No inputs. Output 0: <c>images</c> u8 [n, 3, 32, 32] and <c>labels</c> i64 [n].</summary>
/// <param name="Data">The data set.</param>
/// <param name="Split"><c>train</c> or <c>test</c>.</param>
/// <param name="Partition">The partition; the job's seed is the experiment's.</param>
/// <param name="Client">Client number, from 0.</param>
public sealed record ShardParameters(DataSpec Data, string Split, PartitionSpec Partition, int Client) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "shard";
}

/// <summary>A part of the networked mixture of experts.</summary>
public enum ModelPart
{
    /// <summary>The shared feature extractor F: ResNet-18 for 32x32 pictures with group norm.</summary>
    Extractor,

    /// <summary>An expert H_i, and stage 1's predictor: MLP D-512-256-128-C with ReLU.</summary>
    Expert,

    /// <summary>The shared gate G: Linear(D, n).</summary>
    Gate,
}

/// <summary>Draws initial parameters. No inputs. Output 0: the part's parameters, by PyTorch's names.</summary>
/// <param name="Model">The architecture.</param>
/// <param name="Part">The part.</param>
/// <param name="Experts">Number of experts n, read by the gate; else 0.</param>
public sealed record InitParameters(ModelSpec Model, ModelPart Part, int Experts) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "init";
}

/// <summary>How training pictures are changed at random, anew in each epoch.</summary>
public enum Augmentation
{
    /// <summary>Random crop after padding by 4, and horizontal flip with probability 1/2.</summary>
    CropAndFlip,

    /// <summary>Horizontal flip with probability 1/2.</summary>
    Flip,

    /// <summary>Not at all.</summary>
    None,
}

/// <summary>
/// FedCE, Eq. (2): one client's local epochs of one round. Inputs: F, H (predictor), training shard. Outputs: F, H.
/// Metrics: <c>loss</c> (mean over the last epoch), <c>accuracy</c> (training, last epoch). A diverged loss is reported as it is (NaN or infinity).
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="LearningRate">Learning rate of this round (the schedule is the aggregator's).</param>
/// <param name="Momentum">SGD momentum; its state starts anew in each round.</param>
/// <param name="WeightDecay">L2 coefficient.</param>
/// <param name="Batch">Mini-batch size B.</param>
/// <param name="Epochs">Local epochs.</param>
/// <param name="Clip">Gradient norm is clipped to this.</param>
/// <param name="Augmentation">How pictures are changed at random.</param>
public sealed record FedCeParameters(
    ModelSpec Model, double LearningRate, double Momentum, double WeightDecay, int Batch, int Epochs, double Clip,
    Augmentation Augmentation) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "fedce";
}

/// <summary>Weighted average of models of one architecture, summed in the order given. Inputs: the models. Output 0: the average.</summary>
/// <param name="Weights">One weight an input; normalised to sum 1 inside.</param>
public sealed record AverageParameters(ImmutableArray<double> Weights) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "average";
}

/// <summary>F(x) of a whole shard, without augmentation. Inputs: F, shard. Output 0: <c>latents</c> f32 [n, D].</summary>
/// <param name="Model">The architecture.</param>
public sealed record LatentsParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "latents";
}

/// <summary>
/// Stage 2, Eq. (5): fits an expert on frozen latents with Adam, early stopped on a hold-out. Inputs: H at the start, latents, training shard (its labels).
/// Output 0: H_i. Metrics: <c>loss</c>, <c>accuracy</c> (hold-out), <c>epochs</c>.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="Epochs">At most so many epochs.</param>
/// <param name="Holdout">Share of the shard held out, in [0, 0.5].</param>
/// <param name="Patience">Epochs without a better hold-out loss before stopping; the best epoch's parameters are kept.</param>
public sealed record ExpertParameters(
    ModelSpec Model, double LearningRate, int Batch, int Epochs, double Holdout, int Patience) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "expert";
}

/// <summary>H_i of a whole shard's latents. Inputs: H, latents. Output 0: <c>logits</c> f32 [n, C].</summary>
/// <param name="Model">The architecture.</param>
public sealed record ExpertLogitsParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "expert-logits";
}

/// <summary>
/// FedGate, one client's local epochs of one round in the dense-mixture mode: minimises -log sum_i p_i softmax(H_i(h))_y plus the load-balance loss.
/// Inputs: G, latents, training shard (its labels), then the logits of each expert in <paramref name="Experts"/>. Output 0: G. Metrics: <c>loss</c>, <c>balance</c>.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Clients">Number of experts n of the gate.</param>
/// <param name="Experts">Numbers of the experts whose logits are given, ascending; the others are masked out.</param>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="Epochs">Local epochs.</param>
/// <param name="Balance">Coefficient a of the load-balance loss (Switch form).</param>
/// <param name="Noise">Standard deviation of the router noise.</param>
/// <param name="Clip">Gradient norm is clipped to this.</param>
public sealed record GateParameters(
    ModelSpec Model, int Clients, ImmutableArray<int> Experts, double LearningRate, int Batch, int Epochs,
    double Balance, double Noise, double Clip) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "fedgate";
}

/// <summary>Which gate routes.</summary>
public enum GateKind
{
    /// <summary>The trained shared gate.</summary>
    FedGate,

    /// <summary>Uniform draws over all n experts, without replacement when k > 1.</summary>
    RanGate,

    /// <summary>A client's own expert.</summary>
    LocalGate,
}

/// <summary>
/// Chooses k experts for each row. Inputs: latents, and G for <see cref="GateKind.FedGate"/>. Output 0: <c>weights</c> f32 [n, k].
/// Integers: the chosen experts, row by row, [n * k]; ties go to the lowest index.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Client">The client whose samples these are.</param>
/// <param name="Clients">Number of experts n.</param>
/// <param name="K">Experts a sample, 1..n.</param>
public sealed record RouteParameters(ModelSpec Model, GateKind Gate, int Client, int Clients, int K) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "route";
}

/// <summary>
/// Eq. (1): y' = sum_i g_i H_i(h) for every row (mixture of logits), then softmax. Inputs: the gate's weights, then the logits of each expert in
/// <paramref name="Experts"/>. Output 0: <c>probabilities</c> f32 [n, C].
/// </summary>
/// <param name="K">Experts a sample.</param>
/// <param name="Classes">Number of classes C.</param>
/// <param name="Experts">Numbers of the experts whose logits are given, ascending.</param>
/// <param name="Answered">The expert that answered each (row, choice), [n * k]: the chosen one, or the fallback.</param>
public sealed record AnswerParameters(int K, int Classes, ImmutableArray<int> Experts, ImmutableArray<int> Answered) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "answer";
}

/// <summary>
/// Compares answers with labels. Inputs: for each client in order, probabilities then test shard. Metrics: <c>accuracy</c>, <c>macroF1</c>, <c>auc</c>
/// (pooled), <c>aucSkipped</c>, and <c>clientAccuracy</c>, <c>clientMacroF1</c>, <c>clientAuc</c> (means over clients). Integers: 1 where a pooled row is right, else 0.
/// </summary>
/// <param name="Clients">Number of clients.</param>
public sealed record ScoreParameters(int Clients) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "score";
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
}

/// <summary>Accuracy of the global stage-1 model. Inputs: F, H, then test shards. Metrics: <c>accuracy</c>, <c>loss</c> (pooled).</summary>
/// <param name="Model">The architecture.</param>
public sealed record ModelScoreParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "model-score";
}
