using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Metrics;

/// <summary>Runs <see cref="LabelsParameters"/>.</summary>
public sealed class LabelsFunction : IJobFunction
{
    /// <inheritdoc/>
    public string Kind => LabelsParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        JobInputs.Check(context, 1);
        return new([], ImmutableSortedDictionary<string, double>.Empty, [.. ScoreTable.ReadLabels(context.Inputs[0])]);
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new(0, [], [.. new int[BlobSizes.ShardRows(job.Inputs[0])]], []);
    }
}
