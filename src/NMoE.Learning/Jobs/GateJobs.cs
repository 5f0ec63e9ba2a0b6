using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

/// <summary>What the gate learns from. With k = 1 and a softmax after top-k, as printed, the gate's weight is always 1 and nothing is learned.</summary>
public enum GateMode
{
    /// <summary>-log sum_i p_i softmax(H_i(h))_y over all experts.</summary>
    DenseMixture,

    /// <summary>Cross-entropy of the k best experts' logits, each scaled by its share of the softmax over all (Fedus et al., 2022).</summary>
    Switch,

    /// <summary>Cross-entropy of the k best experts' logits, weighed by the softmax over them (Sec. II-A); k is at least 2.</summary>
    TopK,

    /// <summary>Cross-entropy against the expert with the smallest loss.</summary>
    OracleTarget,
}

/// <summary>How the gate's scores are disturbed in training.</summary>
public enum RouterNoise
{
    /// <summary>Normal noise is added to the scores.</summary>
    Gaussian,

    /// <summary>Latents are multiplied by uniform numbers in 1 - a to 1 + a (Switch's jitter).</summary>
    Jitter,

    /// <summary>Normal noise is added whose deviation the gate learns: softplus(h W_noise) for each sample and expert (Shazeer et al., 2017).</summary>
    Shazeer,
}

/// <summary>How the shared gate comes of the clients' samples.</summary>
public enum GateMethod
{
    /// <summary>By gradients, in rounds of local epochs and averages.</summary>
    Rounds,

    /// <summary>In closed form, from sums over the clients' samples, in one exchange.</summary>
    Discriminant,
}

/// <summary>The coordinates of the latents that a gate is trained in; it serves on the latents as they are, because it is linear.</summary>
public enum InputForm
{
    /// <summary>Latents as they are.</summary>
    Latent,

    /// <summary>Less their mean over all clients.</summary>
    Centred,

    /// <summary>Less that mean, and over their deviation, dimension by dimension.</summary>
    Normalised,
}

/// <summary>
/// The first two moments of a client's latents. Input: latents. Output 0: <c>mean</c> f32 [D], <c>square</c> f32 [D]: the means of the latents and of their squares, so that an
/// <see cref="AverageParameters"/> by the numbers of samples gives those of all clients together.
/// </summary>
/// <param name="Model">The architecture.</param>
public sealed record LatentMomentsParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "latent-moments";
}

/// <summary>Draws the gate at the start, as <see cref="InitParameters"/> has it, with a tensor <c>noise.weight</c> of zeros beside it, [n, D]. No inputs. Output 0: G.</summary>
/// <param name="Model">The architecture.</param>
/// <param name="Experts">Number of experts n.</param>
public sealed record NoisyGateParameters(ModelSpec Model, int Experts) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "init-noisy-gate";
}

/// <summary>
/// FedGate, one client's local epochs of one round: minimises the mode's loss plus the load-balance loss.
/// Inputs: G, latents, training shard (its labels), then the logits of each expert in <paramref name="Experts"/>, then, where <see cref="Input"/> needs them, the
/// moments of all clients' latents together (<see cref="LatentMomentsParameters"/>). Output 0: G. Metrics: <c>loss</c>, <c>balance</c>.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Clients">Number of experts n of the gate.</param>
/// <param name="Experts">Numbers of the experts whose logits are given, ascending; the others are masked out.</param>
/// <param name="LearningRate">Adam's learning rate.</param>
/// <param name="Batch">Mini-batch size.</param>
/// <param name="Epochs">Local epochs.</param>
/// <param name="Balance">Coefficient a of the load-balance loss (Switch form).</param>
/// <param name="NoiseForm">How scores are disturbed.</param>
/// <param name="Noise">Standard deviation of Gaussian noise, or half the width of jitter; Shazeer's form does not read it.</param>
/// <param name="Gradient">What is done to the gradient.</param>
/// <param name="Clip">The norm for that.</param>
/// <param name="Mode">The loss.</param>
/// <param name="K">Experts a sample, for the modes that choose.</param>
public sealed record GateParameters(
    ModelSpec Model, int Clients, ImmutableArray<int> Experts, double LearningRate, int Batch, int Epochs,
    double Balance, RouterNoise NoiseForm, double Noise, GradientRule Gradient, double Clip, GateMode Mode, int K) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "fedgate";

    /// <summary>The share that the client's expert held out, where only those rows are learned from; 0 for all rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Holdout { get; init; }

    /// <summary>The seed of the expert's job, which says which rows those are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong HoldoutSeed { get; init; }

    /// <summary>The coordinates that it is trained in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public InputForm Input { get; init; }

    /// <summary>The signals that experts heard the rows with, for a gate that sees them (<see cref="SignalGate"/>); null for all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GateSignals? Signals { get; init; }

    /// <summary>The rows of G that are trained, ascending, where a client may ask some experts alone: <see cref="Clients"/> counts these, <see cref="Experts"/> are places among them, and output 0 is these rows of G. Null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<int>? Rows { get; init; }
}

/// <summary>
/// The gate of rows that some clients have each: row j is the weighted mean of the rows j of those clients that may ask expert j, and stays what it is where none of them may; hidden layers are all clients' mean. Inputs: each client's rows
/// (<see cref="GateParameters.Rows"/>), then G. Output 0: G.
/// </summary>
/// <param name="Weights">One weight a client.</param>
/// <param name="Rows">The rows of each, ascending.</param>
public sealed record GateRowsAverageParameters(ImmutableArray<double> Weights, ImmutableArray<ImmutableArray<int>> Rows) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "average-gate-rows";
}

/// <summary>Random features of latents that a discriminant sees beside them.</summary>
/// <param name="Count">Their number K, at least 1.</param>
/// <param name="Key">What they are drawn by: the same for all clients and the aggregator.</param>
public sealed record RandomFeatures(int Count, ulong Key);

/// <summary>
/// What a client adds to a <see cref="DiscriminantParameters"/>: means over its rows, each taken for its best expert, the one that gives the true class the highest probability. Inputs: latents, training shard (its labels), the logits of each
/// expert in <paramref name="Experts"/>. Output 0: <c>share</c> f32 [n], the rows of each expert; <c>sum</c> f32 [n, D], the latents of those; <c>square</c> f32 [D, D], h h'. Metric:
/// <c>loss</c>, the mean of -log of that probability.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Clients">Number of experts n of the gate.</param>
/// <param name="Experts">Numbers of the experts whose logits are given, ascending.</param>
public sealed record GateSumsParameters(ModelSpec Model, int Clients, ImmutableArray<int> Experts) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "gate-sums";

    /// <summary>The share that the client's expert held out, where only those rows count; 0 for all rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Holdout { get; init; }

    /// <summary>The seed of the expert's job, which says which rows those are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong HoldoutSeed { get; init; }

    /// <summary>What is summed in the place of latents, D + K numbers a row; the last input is then the moments of all clients' latents together. Null for latents as they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RandomFeatures? Features { get; init; }
}

/// <summary>
/// The linear discriminant (Fisher, 1936; one Gaussian an expert, all of one covariance) of the samples of all clients together. Inputs: each client's <see cref="GateSumsParameters"/>
/// output. Output 0: G, with s_j = log of expert j's likelihood and share, up to what all experts have in common.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Clients">Number of experts n of the gate.</param>
/// <param name="Weights">What each client weighs: its samples.</param>
public sealed record DiscriminantParameters(ModelSpec Model, int Clients, ImmutableArray<double> Weights) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "discriminant";

    /// <summary>The features that were summed; the last input is then the moments of all clients' latents together. The gate is then that of <see cref="Gates.GateLayout.Served"/>. Null for latents as they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RandomFeatures? Features { get; init; }

    /// <summary>The experts that each client's sums are of, ascending, where clients may ask some experts alone: an expert's share is then that among the samples of clients that may ask it. Null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ImmutableArray<int>>? Rows { get; init; }
}

/// <summary>
/// Chooses k experts for each row. Inputs: latents, and G for a gate that is trained. Output 0: <c>weights</c> f32 [n, k].
/// Integers: the chosen experts, row by row, [n * k]; ties go to the lowest index.
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Gate">The gate's name, as <see cref="Gates.Gates.All"/> has it.</param>
/// <param name="Client">The client whose samples these are.</param>
/// <param name="Clients">Number of experts n.</param>
/// <param name="K">Experts a sample, 1..n, and no more than may be chosen.</param>
/// <param name="Shares">RanGate's distribution over the experts, [n]; empty for a uniform one. Needs no sum of 1.</param>
public sealed record RouteParameters(ModelSpec Model, string Gate, int Client, int Clients, int K, ImmutableArray<double> Shares) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "route";

    /// <summary>Numbers of the experts that may be chosen, ascending, at least k; null for all n.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<int>? Experts { get; init; }

    /// <summary>Whether an expert may be chosen.</summary>
    public bool MayChoose(int expert) => Experts is { } known ? known.Contains(expert) : expert >= 0 && expert < Clients;

    /// <summary>
    /// The rows of G that are this client's, ascending, where it may ask some experts alone: <see cref="Clients"/> counts these, and all numbers of experts, the client's own too, are places among them.
    /// Null for all, and for gates that are not trained.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<int>? Rows { get; init; }

    /// <summary>Random features that a trained gate sees beside the latent (<see cref="Gates.GateLayout.Served"/>); 0 for a linear one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Features { get; init; }

    /// <summary>What the client knows of itself, for a gate that asks for it; its files then follow the gate's. Null for all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OwnRows? Own { get; init; }

    /// <summary>The gate's own keys (<see cref="Gates.IGate.Settings"/>); null for a gate that has none, so that the jobs of other gates know nothing of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? GateSettings { get; init; }

    /// <summary>What the client knows of its links, for a gate that senses them (<see cref="Gates.IGate.SensesLinks"/>). Null for all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LinkSense? Links { get; init; }

    /// <summary>Samples in one request, where a choice depends on the others of its request; 0 for all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Request { get; init; }

    /// <summary>How many samples of a request an expert is asked, as a factor on an even share (<see cref="Gates.Capacity"/>); null for any number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Capacity { get; init; }
}

/// <summary>A client's own training rows, as it knows them in serving: further inputs of a route, latents, shard and the logits of each expert in <paramref name="Experts"/>.</summary>
/// <param name="Experts">Numbers of the experts whose logits are given, ascending.</param>
/// <param name="Holdout">The share that the client's expert held out; 0 for none.</param>
/// <param name="HoldoutSeed">The seed of the expert's job, which says which rows those are.</param>
/// <param name="Request">Samples in one request: what comes in a later one is not known yet.</param>
public sealed record OwnRows(ImmutableArray<int> Experts, double Holdout, ulong HoldoutSeed, int Request);

/// <summary>What of the chosen experts is mixed.</summary>
public enum Mixture
{
    /// <summary>Logits, Eq. (1).</summary>
    Logits,

    /// <summary>Probabilities.</summary>
    Probabilities,
}

/// <summary>
/// Eq. (1): y' = sum_i g_i H_i(h) for every row, then softmax; or a mixture of the experts' probabilities. Inputs: the gate's weights, then the logits of each expert in
/// <paramref name="Experts"/>. Output 0: <c>probabilities</c> f32 [n, C].
/// </summary>
/// <param name="K">Experts a sample.</param>
/// <param name="Classes">Number of classes C.</param>
/// <param name="Experts">Numbers of the experts whose logits are given, ascending.</param>
/// <param name="Answered">The expert that answered each (row, choice), [n * k]: the chosen one, or the fallback.</param>
/// <param name="Mixture">What is mixed.</param>
public sealed record AnswerParameters(
    int K, int Classes, ImmutableArray<int> Experts, ImmutableArray<int> Answered, Mixture Mixture) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "answer";
}
