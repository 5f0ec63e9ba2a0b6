using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>
/// A client's turn of RollGate (Sec. III-C.2): n-way cross-entropy against pseudo-labels, on its own latents alone. The gate forgets what it learned
/// from the clients before, the more the more epochs a turn has; that is how the paper has it, and nothing here mends it.
/// </summary>
internal sealed class RollGateFunction : IJobFunction
{
    public string Kind => RollGateParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<RollGateParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var model = new FlatParameters(
            (Network.G, ParameterLayout.Of(settings.Model, ModelPart.Gate, settings.Clients), context.Inputs[0]));
        using var optimiser = new Adam(model, settings.LearningRate);
        var latents = TensorBlobs.Floats(context.Inputs[1], "latents");
        var labels = tensor(PseudoLabels.Draw((int)latents.shape[0], settings.Client, settings.Experts, settings.Share, settings.LabelKey));
        var loss = 0.0;
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            loss = Epoch(context, settings, model, optimiser, latents, labels, (uint)epoch);
        }

        return Output.Of(model.File(Network.G)).With("loss", loss);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<RollGateParameters>(job);
        var rows = BlobSizes.TableRows(job.Inputs[1], "latents", settings.Model.Latent);
        return new(LearningCost.Gate(settings.Model, settings.Clients, rows, settings.Epochs), [job.Inputs[0].Bytes], [], ["loss"]);
    }

    private static double Epoch(
        JobContext context, RollGateParameters settings, FlatParameters model, Adam optimiser, Tensor latents, Tensor labels, uint epoch)
    {
        var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Shuffle, epoch).Permutation((int)latents.shape[0]);
        var loss = 0.0;
        for (var first = 0; first < order.Length; first += settings.Batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var rows = tensor(order.Skip(first).Take(settings.Batch).Select(row => (long)row).ToArray());
            var entropy = nn.functional.cross_entropy(Network.Score(model, latents[rows]), labels[rows]);
            optimiser.ZeroGradient();
            entropy.backward();
            optimiser.Step();
            loss += entropy.item<float>() * rows.shape[0] / order.Length;
        }

        return loss;
    }
}
