using System.Collections.Immutable;
using NMoE.Federation.Records;

namespace NMoE.Federation.Measurement;

/// <summary>Where samples of each class went.</summary>
/// <param name="Counts">Samples by true class and expert, [C][n]; at least one of them.</param>
internal sealed record RoutingByClass(ImmutableArray<ImmutableArray<int>> Counts)
{
    private double Total { get; } = Counts.Sum(row => row.Sum());

    private ImmutableArray<double> OfExperts => [.. Enumerable.Range(0, Counts[0].Length).Select(expert => Counts.Sum(row => row[expert]) / Total)];

    /// <summary>Counts (sample, expert) pairs.</summary>
    /// <param name="clients">Of each client the true classes of its samples, [rows], and the experts that they went to, as many for each, [rows * k]; clients may differ in k.</param>
    /// <param name="classes">C.</param>
    /// <param name="experts">n.</param>
    public static RoutingByClass Of(IEnumerable<(ImmutableArray<int> Labels, ImmutableArray<int> Chosen)> clients, int classes, int experts)
    {
        var counts = Enumerable.Range(0, classes).Select(_ => new int[experts]).ToArray();
        foreach (var (labels, chosen) in clients)
        {
            var k = chosen.Length / labels.Length;
            ArgumentOutOfRangeException.ThrowIfNotEqual(chosen.Length, labels.Length * k);
            for (var pair = 0; pair < chosen.Length; pair++)
            {
                counts[labels[pair / k]][chosen[pair]]++;
            }
        }

        return new([.. counts.Select(row => row.ToImmutableArray())]);
    }

    /// <summary>The share of each class's samples that went to each expert, [C][n]: a row's sum is 1, or 0 for a class without samples.</summary>
    public ImmutableArray<ImmutableArray<double>> Shares =>
        [.. Counts.Select(row => row.Select(count => count / (double)Math.Max(1, row.Sum())).ToImmutableArray())];

    /// <summary>The largest share of all samples that one expert has, 1/n..1.</summary>
    public double LargestShare => OfExperts.Max();

    /// <summary>The expert that has it, ties to the lowest number.</summary>
    public int Favourite => Enumerable.Range(0, Counts[0].Length).MaxBy(expert => OfExperts[expert]);

    /// <summary>Entropy of the experts' shares of all samples, in bits: 0 where one has them all, log2 n where they are even.</summary>
    public double Entropy => Bits(OfExperts);

    /// <summary>Mutual information of a sample's class and its expert, in bits: 0 where the class says nothing of the expert.</summary>
    public double MutualInformation =>
        Bits([.. Counts.Select(row => row.Sum() / Total)]) + Entropy - Bits([.. Counts.SelectMany(row => row.Select(count => count / Total))]);

    /// <summary>The pass with what is measured here. Bits have six decimals: they enter the state's hash, and the last of a platform's logarithm must not.</summary>
    public PassRecord On(PassRecord pass) => pass with
    {
        ClassRouting = Shares,
        RoutingEntropy = ToSixDecimals(Entropy),
        MutualInformation = ToSixDecimals(MutualInformation),
        LargestShare = LargestShare,
        Favourite = Favourite,
    };

    private static double ToSixDecimals(double bits) => Math.Max(0.0, Math.Round(bits, 6, MidpointRounding.AwayFromZero));

    private static double Bits(ImmutableArray<double> shares) => -shares.Where(share => share > 0).Sum(share => share * Math.Log2(share));
}
