using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.SelfSupervised;

/// <summary>
/// FedSC, Eq. (4): one client's local epochs of one round, after W_i has come. Inputs: F, projection head, training shard, then W_i where there are others.
/// Outputs: F, projection head. Metric: <c>loss</c> (mean over the last epoch).
/// </summary>
/// <param name="Model">The architecture.</param>
/// <param name="Dimension">d.</param>
/// <param name="Cap">mu.</param>
/// <param name="SelfWeight">a: the weight of the client's own matrix.</param>
/// <param name="ExternalScale">What W_i is multiplied by: 1 where a is the data share.</param>
/// <param name="LearningRate">Learning rate of this round.</param>
/// <param name="Momentum">SGD momentum; its state starts anew in each round.</param>
/// <param name="WeightDecay">L2 coefficient.</param>
/// <param name="Batch">Pictures a step, two views each.</param>
/// <param name="Epochs">Local epochs.</param>
/// <param name="Clip">Gradient norm is clipped to this.</param>
/// <param name="Proximal">FedProx's mu; 0 for none.</param>
public sealed record FedScParameters(
    ModelSpec Model, int Dimension, double Cap, double SelfWeight, double ExternalScale, double LearningRate, double Momentum, double WeightDecay,
    int Batch, int Epochs, double Clip, double Proximal) : IJobParameters
{
    /// <inheritdoc/>
    public static string Kind => "fedsc";
}

/// <summary>Runs <see cref="FedScParameters"/>.</summary>
internal sealed class FedScFunction : IJobFunction
{
    private const int FixedInputs = 3;

    public string Kind => FedScParameters.Kind;

    public WorkKind Work => WorkKind.Training;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<FedScParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var model = Projections.Model(settings.Model, settings.Dimension, context);
        using var optimiser = new Sgd(model, settings.LearningRate, settings.Momentum, settings.WeightDecay, settings.Proximal);
        var views = new Views(TensorBlobs.Pictures(context.Inputs[2]), settings.Model);
        var external = context.Inputs.Length > FixedInputs
            ? TensorBlobs.Floats(context.Inputs[FixedInputs], Projections.Correlation).Times(settings.ExternalScale)
            : Backend.Zeros(float32, settings.Dimension, settings.Dimension);
        var loss = 0.0;
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            loss = Epoch(context, settings, model, optimiser, views, external, (uint)epoch);
        }

        return Output.Of(model.File(Network.F), model.File(Network.P)).With("loss", loss);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<FedScParameters>(job);
        return new(
            LearningCost.SelfSupervised(settings.Model, settings.Dimension, BlobSizes.ShardRows(job.Inputs[2], settings.Model.Shape), settings.Epochs),
            [job.Inputs[0].Bytes, job.Inputs[1].Bytes], [], ["loss"]);
    }

    private static double Epoch(
        JobContext context, FedScParameters settings, FlatParameters model, Sgd optimiser, Views views, Tensor external, uint epoch)
    {
        var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Shuffle, epoch).Permutation(views.Count);
        var first = new Draws(context.Job.Seed, (uint)DrawPurpose.FirstView, epoch);
        var second = new Draws(context.Job.Seed, (uint)DrawPurpose.SecondView, epoch);
        double sum = 0;
        for (var start = 0; start < order.Length; start += settings.Batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var rows = order.AsSpan(start, Math.Min(settings.Batch, order.Length - start));
            var loss = FedScLoss.Local(
                Capped(model, settings, views.Batch(rows, first)), Capped(model, settings, views.Batch(rows, second)),
                settings.SelfWeight, external);
            model.Backward(loss);
            optimiser.Step(settings.Clip);
            sum += loss.item<float>() * rows.Length;
        }

        return sum / order.Length;
    }

    private static Tensor Capped(FlatParameters model, FedScParameters settings, Tensor pictures) =>
        Projections.Capped(Network.Project(model, settings.Model, settings.Dimension, Network.Extract(model, settings.Model, pictures, Pass.Training)), settings.Cap);
}

/// <summary>FedSC's parts (Jing et al., 2024): correlation matrices of capped projections, and the local loss.</summary>
internal static class FedScLoss
{
    /// <summary>R = Z^T Z / (2B) over both views.</summary>
    /// <param name="first">z0, [B, d].</param>
    /// <param name="second">z1, [B, d].</param>
    public static Tensor Correlation(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var both = cat([first, second]);
        return both.t().mm(both).Times(1.0 / both.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>Tr R+ = mean over the batch of z0_b . z1_b.</summary>
    /// <param name="first">z0, [B, d].</param>
    /// <param name="second">z1, [B, d].</param>
    public static Tensor Alignment(Tensor first, Tensor second) => (first * second).sum(1).mean();

    /// <summary>
    /// Eq. (4) in a form that works for one client too: -Tr R+ + a/2 |R|_F^2 + sum(R .* E). With a = q_i and E = W_i = sum over the others of q_j R~_j its
    /// gradients, weighed by q_i and summed over clients, are those of the global loss where all models agree.
    /// </summary>
    /// <param name="first">Capped z0, [B, d].</param>
    /// <param name="second">Capped z1, [B, d].</param>
    /// <param name="selfWeight">a, in [0, 1].</param>
    /// <param name="external">E, what the others contribute, frozen for the round, [d, d].</param>
    public static Tensor Local(Tensor first, Tensor second, double selfWeight, Tensor external)
    {
        var own = Correlation(first, second);
        return (own * own).sum().Times(selfWeight / 2).Plus((own * external).sum()).Minus(Alignment(first, second));
    }
}
