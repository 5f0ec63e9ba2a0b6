using System.Collections.Immutable;
using NMoE.Federation.Devices;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Sweeps;

namespace NMoE.Cli.Running;

/// <summary>Successive halving of a sweep's combinations: which experiments run to their end.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="halving">How it goes.</param>
/// <param name="atOnce">How many experiments at once.</param>
/// <param name="measure">An experiment's measure after a round, by its number from 0; null where it failed.</param>
/// <param name="say">Told of each comparison.</param>
internal sealed class Halving(SweepPlan plan, SweepHalving halving, int atOnce, Func<int, int, CancellationToken, double?> measure, Action<string> say)
{
    /// <summary>Runs the comparisons.</summary>
    /// <exception cref="ExperimentFailedException">None is left.</exception>
    /// <returns>What was seen, and the numbers of the experiments that are left, in order.</returns>
    public (HalvingRecord Record, ImmutableArray<int> Left) Go(CancellationToken cancellation)
    {
        var rungs = ImmutableArray.CreateBuilder<HalvedRung>();
        ImmutableArray<ImmutableArray<int>> cells =
            [.. plan.Points.Index().GroupBy(point => string.Join('\n', plan.LabelsOf(point.Item)), StringComparer.Ordinal).Select(cell => cell.Select(point => point.Index).ToImmutableArray())];
        foreach (var (round, stay) in halving.Rungs(cells.Length))
        {
            var values = new double?[plan.Points.Length];
            SideBySide.Do(atOnce, [.. cells.SelectMany(cell => cell)], (number, stop) => values[number] = measure(number, round, stop), cancellation);
            var ranked = cells.Select(cell => (Cell: cell, Value: Mean(cell, values))).OrderByDescending(cell => Worth(cell.Value)).ToArray();
            var rung = new HalvedRung(round, [.. ranked.Select((cell, place) => new HalvedCell(cell.Cell, cell.Value, place < stay && cell.Value is not null))]);
            rungs.Add(rung);
            cells = [.. cells.Where(cell => rung.Cells.Any(other => other.Stays && other.Points == cell))];
            if (cells.IsEmpty)
                throw new ExperimentFailedException(FormattableString.Invariant($"no combination is left after round {round} of {halving.Rounds}: each failed, or its measure ({halving.Measure.ToString().ToLowerInvariant()}) is no number"));
            say(FormattableString.Invariant($"after round {round} of {halving.Rounds}: {cells.Length} of {rung.Cells.Length} go on, the best of them {string.Join(", ", plan.LabelsOf(plan.Points[rung.Cells[0].Points[0]]))}"));
        }

        return (new(halving.Measure, rungs.ToImmutable()), [.. cells.SelectMany(cell => cell)]);
    }

    private static double? Mean(ImmutableArray<int> cell, double?[] values) =>
        cell.All(number => values[number] is { } value && double.IsFinite(value)) ? cell.Average(number => values[number]!.Value) : null;

    /// <summary>Of equal ones the first of the grid counts as better; those that failed or diverged come last.</summary>
    private double Worth(double? value) => value is not { } known ? double.NegativeInfinity : halving.Measure == HalvingMeasure.Loss ? -known : known;
}
