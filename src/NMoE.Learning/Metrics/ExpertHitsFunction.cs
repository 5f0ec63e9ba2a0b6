using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Metrics;

/// <summary>Runs <see cref="ExpertHitsParameters"/>: an expert answers the class of its largest logit, ties to the lowest.</summary>
internal sealed class ExpertHitsFunction : IJobFunction
{
    public string Kind => ExpertHitsParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var truth = ScoreTable.ReadLabels(context.Inputs[0]);
        return new([], ImmutableSortedDictionary<string, double>.Empty, [.. context.Inputs.Skip(1).SelectMany(logits => Hits(logits, truth))]);
    }

    public JobForecast Forecast(Job job) => new(0, [], [.. new int[(job.Inputs.Length - 1) * BlobSizes.ShardRows(job.Inputs[0], LearningJob.Parameters<ExpertHitsParameters>(job).Pictures)]], []);

    private static IEnumerable<int> Hits(ReadOnlyMemory<byte> blob, int[] truth)
    {
        var logits = ScoreTable.Read(blob, "logits", truth.Length);
        return Classification.ArgMax(logits.Values, logits.Classes).Zip(truth, (predicted, label) => predicted == label ? 1 : 0);
    }
}
