using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Metrics;

/// <summary>Runs <see cref="ScoreParameters"/>: answers against labels, pooled and as means over clients.</summary>
internal sealed class ScoreFunction : IJobFunction
{
    public string Kind => ScoreParameters.Kind;

    /// <remarks><c>clientAuc</c> is the mean over clients that have an AUC; it and <c>auc</c> are NaN when there is none.</remarks>
    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<ScoreParameters>(context.Job);
        var clients = settings.Clients;
        JobInputs.Check(context, clients * 2);
        var answers = Enumerable.Range(0, clients).Select(client => Answers.Read(context, client)).ToArray();
        var pooled = Answers.Pool(answers);
        var area = pooled.Auc;
        var interval = Interval([.. answers.Select(one => one.Right)]);
        var metrics = new Dictionary<string, double>
        {
            ["accuracy"] = pooled.Accuracy,
            ["accuracyLow"] = interval.Low,
            ["accuracyHigh"] = interval.High,
            ["macroF1"] = pooled.MacroF1(settings.F1),
            ["auc"] = area.Value,
            ["aucSkipped"] = area.Skipped,
            ["clientAccuracy"] = answers.Average(one => one.Accuracy),
            ["clientMacroF1"] = answers.Average(one => one.MacroF1(settings.F1)),
            ["clientAuc"] = answers.Select(one => one.Auc.Value).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average(),
            ["clientAucSkipped"] = answers.Sum(one => one.Auc.Skipped),
        };
        return new([], metrics.ToImmutableSortedDictionary(StringComparer.Ordinal), pooled.Right);
    }

    /// <summary>Of the share of right answers: over clients, or over the pictures of the only one.</summary>
    internal static (double Low, double High) Interval(ImmutableArray<ImmutableArray<int>> right)
    {
        if (right is [var alone])
            return ClientsInterval.OfOne(alone.Sum(), alone.Length);
        var share = ClientsInterval.Of([.. right.Select(client => (client.Sum(), client.Length))]);
        return (Math.Max(0, share.Mean - share.HalfWidth), Math.Min(1, share.Mean + share.HalfWidth));
    }

    public JobForecast Forecast(Job job)
    {
        var pictures = LearningJob.Parameters<ScoreParameters>(job).Pictures;
        return new(
            0, [], [.. new int[job.Inputs.Where((_, i) => i % 2 == 1).Sum(shard => BlobSizes.ShardRows(shard, pictures))]],
            ["accuracy", "accuracyHigh", "accuracyLow", "auc", "aucSkipped", "clientAccuracy", "clientAuc", "clientAucSkipped", "clientMacroF1", "macroF1"]);
    }

    private sealed record Answers(int[] Truth, ScoreTable Scores)
    {
        private readonly int[] _predicted = Classification.ArgMax(Scores.Values, Scores.Classes);

        public double Accuracy => Classification.Accuracy(Truth, _predicted);

        public AreaUnderCurve Auc { get; } = Classification.Auc(Truth, Scores.Values, Scores.Classes);

        public ImmutableArray<int> Right => [.. Truth.Zip(_predicted, (truth, predicted) => truth == predicted ? 1 : 0)];

        public double MacroF1(ClassesOfF1 over) => Classification.MacroF1(Truth, _predicted, Scores.Classes, over);

        public static Answers Read(JobContext context, int client)
        {
            var truth = ScoreTable.ReadLabels(context.Inputs[(2 * client) + 1]);
            return new(truth, ScoreTable.Read(context.Inputs[2 * client], "probabilities", truth.Length));
        }

        public static Answers Pool(Answers[] all) => new(
            [.. all.SelectMany(one => one.Truth)],
            new([.. all.SelectMany(one => one.Scores.Values)], all[0].Scores.Classes));
    }
}
