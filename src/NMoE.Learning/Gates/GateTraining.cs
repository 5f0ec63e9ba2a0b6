using NMoE.Chance;
using NMoE.Compute.Jobs;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>Epochs of gate training on some samples, one client's or everyone's: F and the experts are frozen, only W_G learns.</summary>
internal static class GateTraining
{
    /// <summary>Trains G, the job's first input.</summary>
    /// <param name="context">The job; its seed orders the samples and draws the noise.</param>
    /// <param name="settings">How the gate is trained.</param>
    /// <param name="samples">What it is trained on.</param>
    /// <returns>G, and the last epoch's <c>loss</c> and <c>balance</c>.</returns>
    public static JobOutput Run(JobContext context, GateParameters settings, GateSamples samples)
    {
        using var scope = NewDisposeScope();
        var coordinates = Standardisation.Of(settings.Input, context.Inputs[^1]);
        samples = coordinates is null ? samples : samples with { Latents = coordinates.Apply(samples.Latents) };
        samples = samples.Signals is null ? samples : samples with { Latents = SignalInputs.Beside(samples.Latents, samples.Signals) };
        var layout = GateLayout.Of(settings.Model, settings.Clients, settings.NoiseForm);
        using var model = new FlatParameters((Network.G, layout, context.Inputs[0]));
        coordinates?.Enter(model, layout.AsSpan());
        using var optimiser = new Adam(model, settings.LearningRate);
        var mask = Mask(settings);
        var (loss, balance) = (0.0, 0.0);
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            (loss, balance) = Epoch(context, settings, model, optimiser, samples, mask, (uint)epoch);
        }

        coordinates?.Leave(model, layout.AsSpan());
        return Output.Of(model.File(Network.G)).With("loss", loss).With("balance", balance);
    }

    private static (double Loss, double Balance) Epoch(
        JobContext context, GateParameters settings, FlatParameters model, Adam optimiser, GateSamples samples, Tensor mask, uint epoch)
    {
        var order = new Draws(context.Job.Seed, (uint)DrawPurpose.Shuffle, epoch).Permutation(samples.Rows.Length);
        var noise = new Draws(context.Job.Seed, (uint)DrawPurpose.Noise, epoch);
        double loss = 0, balance = 0;
        for (var first = 0; first < order.Length; first += settings.Batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var rows = Backend.Longs(order.Skip(first).Take(settings.Batch).Select(i => (long)samples.Rows[i]).ToArray());
            var scores = RouterScores.Of(model, samples.Latents[rows], noise, settings).Plus(samples.Mask is { } own ? own[rows] : mask);
            var mixture = samples.Opinions.Loss(scores, rows, settings);
            var even = GateLoss.Balance(scores.softmax(1), scores.argmax(1));
            model.Backward(mixture.Plus(even.Times(settings.Balance)));
            model.ScaleGradient(settings.Gradient, settings.Clip);
            optimiser.Step();
            loss += mixture.item<float>() * rows.shape[0] / order.Length;
            balance += even.item<float>() * rows.shape[0] / order.Length;
        }

        return (loss, balance);
    }

    /// <summary>What is added to scores, [n]: minus infinity for experts that are not there.</summary>
    internal static Tensor Mask(GateParameters settings) => Backend.Row(Enumerable.Range(0, settings.Clients)
        .Select(expert => settings.Experts.Contains(expert) ? 0f : float.NegativeInfinity).ToArray());
}
