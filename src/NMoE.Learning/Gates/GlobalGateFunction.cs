using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Metrics;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>Epochs of the gate that sees all clients' data at once: the paper's upper bound of FedGate (Sec. III-C.3), by the same loss and optimiser.</summary>
internal sealed class GlobalGateFunction : IJobFunction
{
    public string Kind => GlobalGateParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<GlobalGateParameters>(context.Job);
        var firsts = Firsts(settings);
        JobInputs.Check(context, firsts[^1] + (settings.Gate.Input == InputForm.Latent ? 0 : 1));
        using var scope = NewDisposeScope();
        return GateTraining.Run(context, settings.Gate, GateSamples.Pool(
        [
            .. Enumerable.Range(0, settings.Holders)
                .Select(holder => Of(settings, holder, context.Inputs.AsSpan()[firsts[holder]..firsts[holder + 1]])),
        ]));
    }

    private static GateSamples Of(GlobalGateParameters settings, int holder, ReadOnlySpan<ReadOnlyMemory<byte>> inputs)
    {
        var gate = settings.Gate with { Experts = Experts(settings, holder), HoldoutSeed = settings.HoldoutSeeds is { } seeds ? seeds[holder] : settings.Gate.HoldoutSeed };
        var samples = GateSamples.Of(inputs, gate);
        return settings.Known is null ? samples : samples with { Mask = GateTraining.Mask(gate).unsqueeze(0).expand(samples.Latents.shape[0], -1) };
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<GlobalGateParameters>(job);
        var gate = settings.Gate;
        var firsts = Firsts(settings);
        var rows = Enumerable.Range(0, settings.Holders)
            .Sum(holder => GateSamples.RowsOf(gate, BlobSizes.TableRows(job.Inputs[firsts[holder]], "latents", gate.Model.Latent)));
        return new(LearningCost.FedGate(gate.Model, gate.Clients, rows, gate.Epochs, gate.NoiseForm), [job.Inputs[0].Bytes], [], ["balance", "loss"]);
    }

    private static ImmutableArray<int> Experts(GlobalGateParameters settings, int holder) => settings.Known is { } known ? known[holder] : settings.Gate.Experts;

    /// <summary>Where each client's inputs begin, and where the last one's end.</summary>
    private static int[] Firsts(GlobalGateParameters settings)
    {
        var firsts = new int[settings.Holders + 1];
        firsts[0] = 1;
        for (var holder = 0; holder < settings.Holders; holder++)
        {
            firsts[holder + 1] = firsts[holder] + GateSamples.FixedInputs + Experts(settings, holder).Length;
        }

        return firsts;
    }
}
