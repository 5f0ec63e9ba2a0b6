using System.Collections.Immutable;
using NMoE.Federation.Sweeps;

namespace NMoE.Reporting.Sweeps;

/// <summary>What successive halving saw, and whom it stopped.</summary>
/// <param name="Measure">What was compared.</param>
/// <param name="Rungs">In order.</param>
public sealed record HalvingRecord(HalvingMeasure Measure, ImmutableArray<HalvedRung> Rungs)
{
    /// <summary>The round after which an experiment was stopped, by its number from 0; null for one that was not.</summary>
    internal int? StoppedAfter(int point) => Rungs.FirstOrDefault(rung => rung.Cells.Any(cell => !cell.Stays && cell.Points.Contains(point)))?.Round;
}

/// <summary>One comparison.</summary>
/// <param name="Round">After which round of stage 1.</param>
/// <param name="Cells">All that had come so far, the best first.</param>
public sealed record HalvedRung(int Round, ImmutableArray<HalvedCell> Cells);

/// <summary>A combination of labels at a comparison.</summary>
/// <param name="Points">Its experiments by their numbers from 0: its repeats.</param>
/// <param name="Value">The mean of its measure; null where one of them failed or diverged.</param>
/// <param name="Stays">Whether it went on.</param>
public sealed record HalvedCell(ImmutableArray<int> Points, double? Value, bool Stays);
