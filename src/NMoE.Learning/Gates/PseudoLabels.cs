using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>RollGate's pseudo-labels (Sec. III-C.2).</summary>
internal static class PseudoLabels
{
    /// <summary>
    /// A label a row: round(share * rows) rows have the client's own number; the others have the other numbers, each as often as any other or
    /// once more. Which rows, and which numbers have one more, is drawn. A client without others labels all rows with its own.
    /// </summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="client">The client's own number.</param>
    /// <param name="experts">All numbers, ascending.</param>
    /// <param name="share">Share of own labels p, in (0, 1]; halves are rounded up.</param>
    /// <param name="key">Key of the draws.</param>
    public static long[] Draw(int rows, int client, ImmutableArray<int> experts, double share, ulong key)
    {
        var others = experts.Remove(client);
        var own = others.IsEmpty ? rows : Halves.Round(share * rows);
        var order = new Draws(key, (uint)DrawPurpose.PseudoLabel, 0).Permutation(rows);
        var turns = new Draws(key, (uint)DrawPurpose.PseudoLabel, 1).Permutation(others.Length);
        var labels = new long[rows];
        for (var i = 0; i < rows; i++)
        {
            labels[order[i]] = i < own ? client : others[turns[(i - own) % turns.Length]];
        }

        return labels;
    }
}
