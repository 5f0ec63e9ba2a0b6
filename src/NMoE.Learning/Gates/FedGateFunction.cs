using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using static TorchSharp.torch;

namespace NMoE.Learning.Gates;

/// <summary>A client's epochs of one round of FedGate (Sec. III-C.3): F and the experts are frozen, only W_G learns.</summary>
internal sealed class FedGateFunction : IJobFunction
{
    public string Kind => GateParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<GateParameters>(context.Job);
        using var scope = NewDisposeScope();
        var own = context with { Inputs = context.Inputs.SetItem(0, GateRows.Take(context.Inputs[0], settings.Rows)) };
        return GateTraining.Run(own, settings, GateSamples.Of(context.Inputs.AsSpan()[1..], settings));
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<GateParameters>(job);
        var rows = BlobSizes.TableRows(job.Inputs[1], "latents", settings.Model.Latent);
        return new(
            LearningCost.FedGate(settings.Model, settings.Clients, GateSamples.RowsOf(settings, rows), settings.Epochs, settings.NoiseForm),
            [settings.Rows is null ? job.Inputs[0].Bytes : GateRows.Bytes(GateLayout.Of(settings.Model, settings.Clients, settings.NoiseForm))], [], ["balance", "loss"]);
    }
}
