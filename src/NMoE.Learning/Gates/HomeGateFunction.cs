using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Devices;
using NMoE.Learning.Experts;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>Runs <see cref="HomeGateParameters"/>.</summary>
internal sealed class HomeGateFunction : IJobFunction
{
    public string Kind => HomeGateParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<HomeGateParameters>(context.Job);
        var labels = TensorBlobs.Labels(context.Inputs[3]);
        var held = HeldOut.Rows(settings.HoldoutSeed, settings.Holdout, labels.Length);
        if (held.Length == 0)
        {
            throw new InvalidDataException(FormattableString.Invariant($"An expert that held out {settings.Holdout} of {labels.Length} rows left none for a gate at home to learn from."));
        }

        using var scope = NewDisposeScope();
        var layout = ParameterLayout.Of(settings.Form.GateSpec(), ModelPart.Gate, 1);
        using var model = new FlatParameters((Network.G, layout, InitFunction.File(layout, context.Job.Seed)));
        var samples = HomeMixture.Of(settings.Form, context.Inputs[0], context.Inputs[1], context.Inputs[2], context.Inputs[3], held);
        var truth = Backend.Longs(Array.ConvertAll(held, row => labels[row]));
        Train(context, settings, model, samples, truth);
        var (loss, share) = Judge(model, settings.Form, samples, truth);
        return Output.Of(model.File(Network.G)).With("loss", loss).With("share", share);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<HomeGateParameters>(job);
        var rows = HeldOut.Count(settings.Holdout, BlobSizes.TableRows(job.Inputs[2], "latents", settings.Form.Model.Latent));
        return new(
            LearningCost.HomeGate(settings.Form, rows, settings.Epochs), [BlobSizes.Part(ParameterLayout.Of(settings.Form.GateSpec(), ModelPart.Gate, 1))], [], ["loss", "share"]);
    }

    private static void Train(JobContext context, HomeGateParameters settings, FlatParameters model, HomeMixture samples, Tensor truth)
    {
        using var optimiser = new Adam(model, settings.LearningRate, settings.WeightDecay);
        for (var epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Shuffle, (uint)epoch).Permutation((int)truth.shape[0]);
            for (var first = 0; first < order.Length; first += settings.Batch)
            {
                using var step = NewDisposeScope();
                var rows = Backend.Longs(order.Skip(first).Take(settings.Batch).Select(row => (long)row).ToArray());
                model.Backward(nn.functional.cross_entropy(samples.At(rows).Logits(model, settings.Form), truth[rows]));
                optimiser.Step();
            }
        }
    }

    private static (double Loss, double Share) Judge(FlatParameters model, HomeForm form, HomeMixture samples, Tensor truth)
    {
        using var quiet = no_grad();
        return (nn.functional.cross_entropy(samples.Logits(model, form), truth).item<float>(), samples.Shares(model, form).mean().item<float>());
    }
}
