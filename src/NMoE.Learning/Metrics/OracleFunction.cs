using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Metrics;

/// <summary>
/// Runs <see cref="OracleParameters"/>: the bound that no choice of one expert a row can pass. A row is right when any expert is.
/// </summary>
internal sealed class OracleFunction : IJobFunction
{
    public string Kind => OracleParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var clients = LearningJob.Parameters<OracleParameters>(context.Job).Clients;
        JobInputs.Check(context, clients * (clients + 1));
        var right = Enumerable.Range(0, clients).Select(client => Client(context, client, clients)).ToArray();
        var pooled = right.SelectMany(rows => rows).ToImmutableArray();
        var metrics = new Dictionary<string, double>
        {
            ["accuracy"] = pooled.Average(),
            ["clientAccuracy"] = right.Average(rows => rows.Average()),
        };
        return new([], metrics.ToImmutableSortedDictionary(StringComparer.Ordinal), pooled);
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<OracleParameters>(job);
        var rows = job.Inputs.Where((_, i) => i % (settings.Clients + 1) == 0).Sum(shard => BlobSizes.ShardRows(shard, settings.Pictures));
        return new(0, [], [.. new int[rows]], ["accuracy", "clientAccuracy"]);
    }

    private static int[] Client(JobContext context, int client, int experts)
    {
        var first = client * (experts + 1);
        var truth = ScoreTable.ReadLabels(context.Inputs[first]);
        var right = new int[truth.Length];
        for (var expert = 1; expert <= experts; expert++)
        {
            var logits = ScoreTable.Read(context.Inputs[first + expert], "logits", truth.Length);
            var predicted = Classification.ArgMax(logits.Values, logits.Classes);
            for (var row = 0; row < truth.Length; row++)
            {
                if (predicted[row] == truth[row])
                    right[row] = 1;
            }
        }

        return right;
    }
}
