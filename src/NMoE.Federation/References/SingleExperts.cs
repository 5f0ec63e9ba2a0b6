using System.Collections.Immutable;

namespace NMoE.Federation.References;

/// <summary>What a gate is measured against that needs no gate: one expert for everything, or for each class.</summary>
internal static class SingleExperts
{
    /// <summary>The expert that is right most often, ties to the lowest number: to it a gate sends all samples that sends them to one, and does so best.</summary>
    /// <param name="right">1 where an expert is right on a sample, else 0, [n][rows].</param>
    public static int Best(ImmutableArray<ImmutableArray<int>> right) => Enumerable.Range(0, right.Length).MaxBy(expert => right[expert].Sum());

    /// <summary>The expert of each class whose client has the largest share of it among its training samples, ties to the lowest number, [C].</summary>
    /// <param name="training">Training samples by class and client, [C][n].</param>
    public static ImmutableArray<int> Specialists(ImmutableArray<ImmutableArray<int>> training)
    {
        var sizes = Enumerable.Range(0, training[0].Length).Select(client => (double)Math.Max(1, training.Sum(row => row[client]))).ToArray();
        return [.. training.Select(row => Enumerable.Range(0, row.Length).MaxBy(client => row[client] / sizes[client]))];
    }

    /// <summary>1 where the chosen expert is right, else 0, [rows].</summary>
    /// <param name="chosen">An expert each sample, [rows].</param>
    /// <param name="right">As in <see cref="Best"/>.</param>
    public static ImmutableArray<int> Right(ImmutableArray<int> chosen, ImmutableArray<ImmutableArray<int>> right) =>
        [.. chosen.Select((expert, row) => right[expert][row])];
}
