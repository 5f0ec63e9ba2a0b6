using NMoE.Chance;
using NMoE.Learning.Training;

namespace NMoE.Learning.Experts;

/// <summary>The rows of a shard that its expert was not fitted on; they said when to stop, and which epoch to keep.</summary>
public static class HeldOut
{
    /// <summary>How many rows are held out.</summary>
    /// <param name="share">Share of the shard, in [0, 0.5].</param>
    /// <param name="rows">Rows of the shard.</param>
    public static int Count(double share, int rows) => Halves.Round(share * rows);

    /// <summary>Which rows: a function of the seed of the expert's job.</summary>
    /// <param name="expertSeed">That seed.</param>
    /// <param name="share">Share of the shard, in [0, 0.5].</param>
    /// <param name="rows">Rows of the shard.</param>
    public static int[] Rows(ulong expertSeed, double share, int rows) =>
        new Draws(expertSeed, (uint)DrawPurpose.Holdout, 0).Permutation(rows)[..Count(share, rows)];
}
