using System.Collections.Immutable;
using NMoE.Learning.Models;

namespace NMoE.Learning.Jobs;

/// <summary>Draws initial parameters. No inputs. Output 0: the part's parameters, by PyTorch's names.</summary>
/// <param name="Model">The architecture.</param>
/// <param name="Part">The part.</param>
/// <param name="Outputs">The number of experts n for the gate, and of dimensions d for the projection head; else 0.</param>
public sealed record InitParameters(ModelSpec Model, ModelPart Part, int Outputs) : IJobParameters
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

    /// <summary>Random crop after padding by 4.</summary>
    Crop,
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
/// <param name="Proximal">FedProx's mu: the loss has mu/2 times the squared distance from the round's start (Li et al., 2020); 0 for none.</param>
public sealed record FedCeParameters(
    ModelSpec Model, double LearningRate, double Momentum, double WeightDecay, int Batch, int Epochs, double Clip,
    Augmentation Augmentation, double Proximal) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "fedce";
}

/// <summary>
/// SCAFFOLD (Karimireddy et al., 2020): one client's local epochs of one round of FedCE, by plain SGD with control variates. Inputs: F, H, training shard, then the
/// server's control variate c from round 2 on, then the client's own c_i once it has taken part; what is not there is zero. Outputs: F, H, c_i', c_i' - c_i. Metrics as
/// <see cref="FedCeParameters"/> has.
/// </summary>
/// <param name="Local">As in FedCE; momentum and proximal are not read.</param>
public sealed record ScaffoldParameters(FedCeParameters Local) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "scaffold";
}

/// <summary>SCAFFOLD's server: c += (1/n) sum (c_i' - c_i). Inputs: the changes, then c where there is one. Output 0: c.</summary>
/// <param name="Changes">Number of changes.</param>
/// <param name="Clients">Number of clients n, those that took no part included.</param>
public sealed record ScaffoldServerParameters(int Changes, int Clients) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "scaffold-server";
}

/// <summary>FedBN (Li et al., 2021): the received F with the norms of the client's own. Inputs: the received F, the own F. Output 0: F.</summary>
/// <param name="Model">The architecture, with batch norm.</param>
public sealed record OwnNormsParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "own-norms";
}

/// <summary>Weighted average of models of one architecture, summed in the order given. Inputs: the models. Output 0: the average.</summary>
/// <param name="Weights">One weight an input; normalised to sum 1 inside.</param>
public sealed record AverageParameters(ImmutableArray<double> Weights) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "average";
}

/// <summary>
/// FedBuff's step: w + sum_k c_k (w_k - b_k). Inputs: the model w; then of each update the model w_k that it made and the one b_k that it began with. Output 0: the model.
/// </summary>
/// <param name="Weights">c_k of each update.</param>
public sealed record BufferedStepParameters(ImmutableArray<double> Weights) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "buffered-step";
}

/// <summary>
/// FedAvgM (Hsu et al., 2019): v = b v + (w - average), w -= rate v. Inputs: w, the models, then v where there is one. Outputs: w, v.
/// </summary>
/// <param name="Weights">One weight a model; normalised to sum 1 inside.</param>
/// <param name="Momentum">b, in [0, 1).</param>
/// <param name="Rate">The server's learning rate.</param>
public sealed record MomentumAverageParameters(ImmutableArray<double> Weights, double Momentum, double Rate) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "fedavgm";
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
/// <param name="Patience">Epochs without a better hold-out loss before stopping; the best epoch's parameters are kept. 0 for all epochs, and the last one's parameters.</param>
public sealed record ExpertParameters(
    ModelSpec Model, double LearningRate, int Batch, int Epochs, double Holdout, int Patience) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "expert";
}

/// <summary>The expert of a client without pictures: it takes every class for as likely as any other. No inputs. Output 0: H, all of it 0.</summary>
/// <param name="Model">The architecture.</param>
public sealed record BlankExpertParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "blank-expert";
}

/// <summary>H_i of a whole shard's latents. Inputs: H, latents. Output 0: <c>logits</c> f32 [n, C].</summary>
/// <param name="Model">The architecture.</param>
public sealed record ExpertLogitsParameters(ModelSpec Model) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "expert-logits";
}
