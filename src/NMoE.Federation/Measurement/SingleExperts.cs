using System.Collections.Immutable;

namespace NMoE.Federation.Measurement;

/// <summary>What a gate is measured against that needs no gate: one expert for everything, or for each class.</summary>
public static class SingleExperts
{
    /// <summary>The expert that is right most often, ties to the lowest number, and how often: what a gate that sends all samples to one expert can reach.</summary>
    /// <param name="right">Whether each expert is right on each sample, [n][rows].</param>
    /// <returns>Its number and its accuracy, 0..1.</returns>
    public static (int Expert, double Accuracy) Best(ImmutableArray<ImmutableArray<bool>> right)
    {
        var best = Enumerable.Range(0, right.Length).MaxBy(expert => right[expert].Count(one => one));
        return (best, right[best].Count(one => one) / (double)right[best].Length);
    }

    /// <summary>The expert of each class whose client has the largest share of it among its training samples, ties to the lowest number, [C].</summary>
    /// <param name="training">Training samples by class and client, [C][n].</param>
    public static ImmutableArray<int> Specialists(ImmutableArray<ImmutableArray<int>> training)
    {
        var sizes = Enumerable.Range(0, training[0].Length).Select(client => (double)Math.Max(1, training.Sum(row => row[client]))).ToArray();
        return [.. training.Select(row => Enumerable.Range(0, row.Length).MaxBy(client => row[client] / sizes[client]))];
    }

    /// <summary>How often the specialist of the true class is right, 0..1: what a gate that knows the class can reach.</summary>
    /// <param name="specialists">By class, [C].</param>
    /// <param name="labels">True classes, [rows].</param>
    /// <param name="right">As in <see cref="Best"/>.</param>
    public static double Accuracy(ImmutableArray<int> specialists, ImmutableArray<long> labels, ImmutableArray<ImmutableArray<bool>> right) =>
        labels.Select((label, row) => right[specialists[(int)label]][row]).Count(one => one) / (double)labels.Length;
}
