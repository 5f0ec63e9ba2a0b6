using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>A client's epochs of one round of FedGate (Sec. III-C.3): F and the experts are frozen, only W_G learns.</summary>
public sealed class FedGateFunction : IJobFunction
{
    private const int FixedInputs = 3;

    /// <inheritdoc/>
    public string Kind => GateParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var settings = LearningJob.Parameters<GateParameters>(context.Job);
        using var scope = NewDisposeScope();
        using var model = new FlatParameters(
            (Network.G, ParameterLayout.Of(settings.Model, ModelPart.Gate, settings.Clients), context.Inputs[0]));
        using var optimiser = new Adam(model, settings.LearningRate);
        var latents = TensorBlobs.Floats(context.Inputs[1], "latents");
        var opinions = Opinions(context, settings);
        var mask = Mask(settings);
        var (loss, balance) = (0.0, 0.0);
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            (loss, balance) = Epoch(context, settings, model, optimiser, latents, opinions, mask, (uint)epoch);
        }

        return Output.Of(model.File(Network.G)).With("loss", loss).With("balance", balance);
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var settings = LearningJob.Parameters<GateParameters>(job);
        var rows = BlobSizes.TableRows(job.Inputs[1], "latents", settings.Model.Latent);
        return new(
            LearningCost.Gate(settings.Model, settings.Clients, rows, settings.Epochs), [job.Inputs[0].Bytes], [], ["balance", "loss"]);
    }

    private static (double Loss, double Balance) Epoch(
        JobContext context, GateParameters settings, FlatParameters model, Adam optimiser,
        Tensor latents, Tensor opinions, Tensor mask, uint epoch)
    {
        var order = new Draws(context.Job.Seed, DrawPurpose.Shuffle, epoch).Permutation((int)latents.shape[0]);
        var noise = new Draws(context.Job.Seed, DrawPurpose.Noise, epoch);
        double loss = 0, balance = 0;
        for (var first = 0; first < order.Length; first += settings.Batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var rows = tensor(order.Skip(first).Take(settings.Batch).Select(row => (long)row).ToArray());
            var scores = Network.Score(model, latents[rows]).Plus(Noise(noise, rows.shape[0], settings)).Plus(mask);
            var mixture = GateLoss.DenseMixture(scores, opinions[rows]);
            var even = GateLoss.Balance(scores.softmax(1), scores.argmax(1));
            optimiser.ZeroGradient();
            mixture.Plus(even.Times(settings.Balance)).backward();
            model.ClipGradient(settings.Clip);
            optimiser.Step();
            loss += mixture.item<float>() * rows.shape[0] / order.Length;
            balance += even.item<float>() * rows.shape[0] / order.Length;
        }

        return (loss, balance);
    }

    private static Tensor Noise(Draws draws, long rows, GateParameters settings)
    {
        var values = new float[rows * settings.Clients];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(settings.Noise * draws.NextNormal());
        }

        return TensorBlobs.Owned(values, rows, settings.Clients);
    }

    /// <summary>log softmax(H_i(h))_y of each row and expert, [rows, n]; 0 for absent experts, which the mask keeps out.</summary>
    private static Tensor Opinions(JobContext context, GateParameters settings)
    {
        using var scope = NewDisposeScope();
        var labels = tensor(TensorBlobs.Labels(context.Inputs[2])).unsqueeze(1);
        var opinions = zeros(labels.shape[0], settings.Clients);
        for (var i = 0; i < settings.Experts.Length; i++)
        {
            var logits = TensorBlobs.Floats(context.Inputs[FixedInputs + i], "logits");
            opinions.select(1, settings.Experts[i]).copy_(nn.functional.log_softmax(logits, 1).gather(1, labels).squeeze(1));
        }

        return opinions.MoveToOuterDisposeScope();
    }

    private static Tensor Mask(GateParameters settings) => tensor(Enumerable.Range(0, settings.Clients)
        .Select(expert => settings.Experts.Contains(expert) ? 0f : float.NegativeInfinity).ToArray());
}
