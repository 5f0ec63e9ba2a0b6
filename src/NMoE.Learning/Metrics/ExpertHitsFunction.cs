using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Metrics;

/// <summary>Runs <see cref="ExpertHitsParameters"/>: an expert answers the class of its largest logit, ties to the lowest.</summary>
public sealed class ExpertHitsFunction : IJobFunction
{
    /// <inheritdoc/>
    public string Kind => ExpertHitsParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var truth = ScoreTable.ReadLabels(context.Inputs[0]);
        return new([], ImmutableSortedDictionary<string, double>.Empty, [.. context.Inputs.Skip(1).SelectMany(logits => Hits(logits, truth))]);
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new(0, [], [.. new int[(job.Inputs.Length - 1) * BlobSizes.ShardRows(job.Inputs[0])]], []);
    }

    private static IEnumerable<int> Hits(ReadOnlyMemory<byte> blob, int[] truth)
    {
        var logits = ScoreTable.Read(blob, "logits", truth.Length);
        return Classification.ArgMax(logits.Values, logits.Classes).Zip(truth, (predicted, label) => predicted == label ? 1 : 0);
    }
}
