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
        var each = InputsOfEach(settings);
        JobInputs.Check(context, 1 + (settings.Holders * each) + (settings.Gate.Input == InputForm.Latent ? 0 : 1));
        using var scope = NewDisposeScope();
        return GateTraining.Run(context, settings.Gate, GateSamples.Pool(
        [
            .. Enumerable.Range(0, settings.Holders)
                .Select(holder => GateSamples.Of(
                    context.Inputs.AsSpan().Slice(1 + (holder * each), each),
                    settings.HoldoutSeeds is { } seeds ? settings.Gate with { HoldoutSeed = seeds[holder] } : settings.Gate)),
        ]));
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<GlobalGateParameters>(job);
        var gate = settings.Gate;
        var rows = Enumerable.Range(0, settings.Holders)
            .Sum(holder => GateSamples.RowsOf(gate, BlobSizes.TableRows(job.Inputs[1 + (holder * InputsOfEach(settings))], "latents", gate.Model.Latent)));
        return new(LearningCost.FedGate(gate.Model, gate.Clients, rows, gate.Epochs, gate.NoiseForm), [job.Inputs[0].Bytes], [], ["balance", "loss"]);
    }

    private static int InputsOfEach(GlobalGateParameters settings) => GateSamples.FixedInputs + settings.Gate.Experts.Length;
}
