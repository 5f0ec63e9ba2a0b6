using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Training;

namespace NMoE.Learning.Compression;

/// <summary>Runs <see cref="RestoreParameters"/>.</summary>
internal sealed class RestoreFunction : IJobFunction
{
    public string Kind => RestoreParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var how = LearningJob.Parameters<RestoreParameters>(context.Job).Form;
        var inputs = context.Inputs;
        return Output.Of([.. how.Parts.Select((part, number) => (ReadOnlyMemory<byte>)new PartUpdate(how, part, context.Job.Seed).Restore(inputs[number], inputs[how.Parts.Length + number]))]);
    }

    public JobForecast Forecast(Job job)
    {
        var how = LearningJob.Parameters<RestoreParameters>(job).Form;
        return new(LearningCost.Restore(how), [.. job.Inputs.Take(how.Parts.Length).Select(start => start.Bytes)], [], []);
    }
}
