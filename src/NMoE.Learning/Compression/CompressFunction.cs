using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Training;

namespace NMoE.Learning.Compression;

/// <summary>Runs <see cref="CompressParameters"/>.</summary>
internal sealed class CompressFunction : IJobFunction
{
    public string Kind => CompressParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var how = LearningJob.Parameters<CompressParameters>(context.Job);
        var (inputs, parts) = (context.Inputs, how.Parts.Length);
        var updates = how.Parts.Select((part, number) => new PartUpdate(how, part, context.Job.Seed).Compress(
            inputs[number], inputs[parts + number], inputs.Length > 2 * parts ? inputs[(2 * parts) + number] : (ReadOnlyMemory<byte>?)null)).ToArray();
        return Output.Of([.. updates.Select(update => (ReadOnlyMemory<byte>)update.Travels), .. updates.Select(update => (ReadOnlyMemory<byte>)update.Kept)]);
    }

    public JobForecast Forecast(Job job)
    {
        var how = LearningJob.Parameters<CompressParameters>(job);
        return new(
            LearningCost.Compress(how),
            [.. how.Parts.Select(part => CompressedUpdate.BytesOf(how, part)), .. how.Parts.Select(part => SafeTensors.BytesOf(CompressedUpdate.KeptShape(CompressedUpdate.Layout(how, part))))],
            [], []);
    }
}
