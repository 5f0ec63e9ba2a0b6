using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Training;

namespace NMoE.Learning.Compression;

/// <summary>Runs <see cref="PackParameters"/>.</summary>
internal sealed class PackFunction : IJobFunction
{
    public string Kind => PackParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var how = LearningJob.Parameters<PackParameters>(context.Job).Form;
        var inputs = context.Inputs;
        return Output.Of([.. how.Parts.Select((part, number) => (ReadOnlyMemory<byte>)new PartUpdate(how, part, context.Job.Seed).Pack(inputs[number]))]);
    }

    public JobForecast Forecast(Job job)
    {
        var how = LearningJob.Parameters<PackParameters>(job).Form;
        return new(LearningCost.Pack(how), [.. how.Parts.Select(part => CompressedUpdate.BytesOf(how, part))], [], []);
    }
}
