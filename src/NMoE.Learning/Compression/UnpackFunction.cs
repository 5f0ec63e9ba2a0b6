using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Training;

namespace NMoE.Learning.Compression;

/// <summary>Runs <see cref="UnpackParameters"/>.</summary>
internal sealed class UnpackFunction : IJobFunction
{
    public string Kind => UnpackParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var how = LearningJob.Parameters<UnpackParameters>(context.Job).Form;
        var inputs = context.Inputs;
        return Output.Of([.. how.Parts.Select((part, number) => (ReadOnlyMemory<byte>)new PartUpdate(how, part, context.Job.Seed).Unpack(inputs[number]))]);
    }

    public JobForecast Forecast(Job job)
    {
        var how = LearningJob.Parameters<UnpackParameters>(job).Form;
        return new(LearningCost.Pack(how), [.. how.Parts.Select(part => BlobSizes.Part(CompressedUpdate.Layout(how, part)))], [], []);
    }
}
