using NMoE.Learning.Jobs;

namespace NMoE.Learning.Metrics;

/// <summary>A mean AUC.</summary>
/// <param name="Value">Mean over the classes that have both signs, in [0, 1]; NaN when none has.</param>
/// <param name="Skipped">Classes left out because every row, or none, is of that class.</param>
internal readonly record struct AreaUnderCurve(double Value, int Skipped);

/// <summary>Measures of answers against the truth.</summary>
internal static class Classification
{
    /// <summary>Share of rows whose prediction is the truth. Both [n], n >= 1.</summary>
    public static double Accuracy(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted)
    {
        CheckRows(truth.Length, predicted.Length);
        var right = 0;
        for (var row = 0; row < truth.Length; row++)
        {
            if (truth[row] == predicted[row])
                right++;
        }

        return (double)right / truth.Length;
    }

    /// <summary>Mean F1 over classes. Truth and predictions: [n], n >= 1, values in 0..C-1.</summary>
    /// <param name="truth">Classes.</param>
    /// <param name="predicted">Classes.</param>
    /// <param name="classes">C.</param>
    /// <param name="over">The classes that the mean goes over.</param>
    public static double MacroF1(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classes, ClassesOfF1 over)
    {
        CheckRows(truth.Length, predicted.Length);
        var hits = new int[classes];
        var occurrences = new int[classes];
        for (var row = 0; row < truth.Length; row++)
        {
            occurrences[truth[row]]++;
            occurrences[predicted[row]]++;
            if (truth[row] == predicted[row])
                hits[truth[row]]++;
        }

        // F1 = 2 TP / (2 TP + FP + FN), and the denominator is how often the class occurs on either side.
        var sum = hits.Zip(occurrences).Sum(pair => pair.Second > 0 ? 2.0 * pair.First / pair.Second : 0);
        return sum / (over == ClassesOfF1.All ? classes : occurrences.Count(occurrence => occurrence > 0));
    }

    /// <summary>One-versus-rest AUC by mid-ranks (Mann-Whitney), averaged over classes.</summary>
    /// <param name="truth">Classes, [n].</param>
    /// <param name="scores">Scores, [n, C], row by row.</param>
    /// <param name="classes">C.</param>
    public static AreaUnderCurve Auc(ReadOnlySpan<int> truth, ReadOnlySpan<float> scores, int classes)
    {
        CheckRows(truth.Length * classes, scores.Length);
        var (sum, counted) = (0.0, 0);
        for (var label = 0; label < classes; label++)
        {
            if (OneVersusRest(truth, scores, classes, label) is { } area)
            {
                sum += area;
                counted++;
            }
        }

        return new(sum / counted, classes - counted);
    }

    /// <summary>The class of the largest score of each row of [n, C]; ties go to the lowest class.</summary>
    public static int[] ArgMax(ReadOnlySpan<float> scores, int classes)
    {
        var best = new int[scores.Length / classes];
        for (var row = 0; row < best.Length; row++)
        {
            var line = scores.Slice(row * classes, classes);
            for (var label = 1; label < classes; label++)
            {
                if (line[label] > line[best[row]])
                    best[row] = label;
            }
        }

        return best;
    }

    private static double? OneVersusRest(ReadOnlySpan<int> truth, ReadOnlySpan<float> scores, int classes, int label)
    {
        var order = new (float Score, bool Positive)[truth.Length];
        for (var row = 0; row < order.Length; row++)
            order[row] = (scores[(row * classes) + label], truth[row] == label);
        long positives = order.Count(entry => entry.Positive);
        var negatives = order.Length - positives;
        if (positives == 0 || negatives == 0)
            return null;
        Array.Sort(order, (left, right) => left.Score.CompareTo(right.Score));
        var rankSum = 0.0;
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            while (end < order.Length && order[end].Score.Equals(order[start].Score))
                end++;
            var midRank = (start + 1 + end) / 2.0;
            rankSum += midRank * order[start..end].Count(entry => entry.Positive);
            start = end;
        }

        return (rankSum - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }

    private static void CheckRows(int expected, int given)
    {
        if (expected == 0 || expected != given)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{given} values for {expected}: as many are needed, and at least one."));
        }
    }
}
