using System.Collections.Immutable;

namespace NMoE.Federation.Measurement;

/// <summary>Where samples of each class went.</summary>
/// <param name="Counts">Samples by true class and expert, [C][n]; at least one of them.</param>
public sealed record RoutingByClass(ImmutableArray<ImmutableArray<int>> Counts)
{
    private double Total => Counts.Sum(row => row.Sum());

    private ImmutableArray<double> OfExperts => [.. Enumerable.Range(0, Counts[0].Length).Select(expert => Counts.Sum(row => row[expert]) / Total)];

    /// <summary>Counts samples.</summary>
    /// <param name="labels">True classes, [rows].</param>
    /// <param name="chosen">The expert that each went to, [rows].</param>
    /// <param name="classes">C.</param>
    /// <param name="experts">n.</param>
    public static RoutingByClass Of(ReadOnlySpan<long> labels, ReadOnlySpan<int> chosen, int classes, int experts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(chosen.Length, labels.Length);
        var counts = Enumerable.Range(0, classes).Select(_ => new int[experts]).ToArray();
        for (var row = 0; row < labels.Length; row++)
        {
            counts[labels[row]][chosen[row]]++;
        }

        return new([.. counts.Select(row => row.ToImmutableArray())]);
    }

    /// <summary>The share of each class's samples that went to each expert, [C][n]: a row's sum is 1, or 0 for a class without samples.</summary>
    public ImmutableArray<ImmutableArray<double>> Shares =>
        [.. Counts.Select(row => row.Select(count => count / (double)Math.Max(1, row.Sum())).ToImmutableArray())];

    /// <summary>The largest share of all samples that one expert has, 1/n..1.</summary>
    public double LargestShare => OfExperts.Max();

    /// <summary>Entropy of the experts' shares of all samples, in bits: 0 where one has them all, log2 n where they are even.</summary>
    public double Entropy => Bits(OfExperts);

    /// <summary>Mutual information of a sample's class and its expert, in bits: 0 where the class says nothing of the expert.</summary>
    public double MutualInformation =>
        Bits([.. Counts.Select(row => row.Sum() / Total)]) + Entropy - Bits([.. Counts.SelectMany(row => row.Select(count => count / Total))]);

    private static double Bits(ImmutableArray<double> shares) => -shares.Where(share => share > 0).Sum(share => share * Math.Log2(share));
}
