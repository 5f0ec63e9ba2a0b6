using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Metrics;

/// <summary>Runs <see cref="LabelsParameters"/>.</summary>
internal sealed class LabelsFunction : IJobFunction
{
    public string Kind => LabelsParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        JobInputs.Check(context, 1);
        return new([], ImmutableSortedDictionary<string, double>.Empty, [.. ScoreTable.ReadLabels(context.Inputs[0])]);
    }

    public JobForecast Forecast(Job job) => new(0, [], [.. new int[BlobSizes.ShardRows(job.Inputs[0], LearningJob.Parameters<LabelsParameters>(job).Pictures)]], []);
}
