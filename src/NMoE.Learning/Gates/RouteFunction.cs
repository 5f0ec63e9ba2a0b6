using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>Runs <see cref="RouteParameters"/>: asks the gate of that name.</summary>
public sealed class RouteFunction : IJobFunction
{
    /// <inheritdoc/>
    public string Kind => RouteParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var settings = LearningJob.Parameters<RouteParameters>(context.Job);
        var gate = Gates.Of(settings.Gate);
        var possible = settings.Experts?.Length ?? settings.Clients;
        if (settings.K < 1 || settings.K > possible || settings.K > gate.Experts(settings.K, Gates.KeysOf(gate, settings)))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The gate '{settings.Gate}' cannot choose {settings.K} of {possible} experts; k is 1 to n, and 1 where only a client's own expert is asked."));
        }

        var trained = gate.Source is null ? ReadOnlyMemory<byte>.Empty : GateRows.Take(context.Inputs[1], settings.Rows);
        var samples = new GateInput(settings, context.Job.Seed, context.Inputs[0], trained)
        {
            Own = settings.Own is null ? [] : context.Inputs[(gate.Source is null ? 1 : 2)..],
        };
        var choices = gate.Choose(samples);
        if (choices.Experts.Length != samples.Rows * settings.K || choices.Weights.Length != choices.Experts.Length)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The gate '{settings.Gate}' chose {choices.Experts.Length} experts and {choices.Weights.Length} weights for {samples.Rows} samples of {settings.K} each."));
        }

        CheckChosen(settings, choices);
        choices = settings.Capacity is { } factor ? Capacity.Drop(choices, samples, factor) : choices;
        var file = SafeTensors.Write(
            [new TensorBlob("weights", TensorType.F32, [samples.Rows, settings.K], MemoryMarshal.AsBytes<float>(choices.Weights).ToArray())]);
        return Output.Of(file) with { Integers = [.. choices.Experts] };
    }

    /// <summary>Whom nobody knows to be there would be asked in vain, and the gate's answers would look worse than they are.</summary>
    private static void CheckChosen(RouteParameters settings, Choices choices)
    {
        var wrong = Array.FindIndex(choices.Experts, expert => !settings.MayChoose(expert));
        if (wrong >= 0)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The gate '{settings.Gate}' chose expert {choices.Experts[wrong]} for sample {wrong / settings.K} of client-{settings.Client}, which is not there; it may choose ")
                + (settings.Experts is { } known ? string.Join(", ", known) : FormattableString.Invariant($"0..{settings.Clients - 1}")) + ".");
        }
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var settings = LearningJob.Parameters<RouteParameters>(job);
        var rows = BlobSizes.TableRows(job.Inputs[0], "latents", settings.Model.Latent);
        var gate = Gates.Of(settings.Gate);
        return new(
            LearningCost.Route(settings.Model, settings.Clients, rows, settings.Features) + gate.Flops(rows, settings.Experts?.Length ?? settings.Clients, Gates.KeysOf(gate, settings)), [BlobSizes.Table("weights", rows, settings.K)],
            [.. gate.Foretell(rows, settings, job.Seed)], []);
    }
}
