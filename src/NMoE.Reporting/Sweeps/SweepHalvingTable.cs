using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>What halving compared, and when each combination was stopped: the one that came furthest first.</summary>
internal static class SweepHalvingTable
{
    private const string None = "-";

    /// <summary>A row for each combination, a column for each comparison.</summary>
    public static Table Of(SweepResult result) => result.Halving is not { Rungs: [var first, ..] rungs } halving
        ? new Table("", [], [])
        : new Table(
            $"Successive halving by {Words(halving.Measure)}",
            [.. SweepTables.Labels(result.Plan.Grid), .. rungs.Select(rung => SweepTables.Number(FormattableString.Invariant($"Round {rung.Round}"))), SweepTables.Words("Ended")],
            [
                .. Order(rungs).Select(points => (ImmutableArray<string>)
                [
                    .. result.Plan.LabelsOf(result.Plan.Points[points[0]]), .. rungs.Select(rung => Value(halving.Measure, At(rung, points))), Fate(rungs, points),
                ]),
            ]);

    /// <summary>The same as <c>search.csv</c>: a row for each combination and comparison.</summary>
    public static string Csv(SweepResult result)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', ((IEnumerable<string>)[.. result.Plan.Grid, "round", "measure", "value", "rank", "of", "goesOn"]).Select(Files.Csv.Quote)).Append('\n');
        foreach (var rung in result.Halving!.Rungs)
        {
            foreach (var (place, cell) in rung.Cells.Index())
            {
                string[] fields =
                [
                    .. result.Plan.LabelsOf(result.Plan.Points[cell.Points[0]]), Text(rung.Round), result.Halving.Measure == HalvingMeasure.Loss ? "loss" : "accuracy",
                    cell.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "", Text(place + 1), Text(rung.Cells.Length), cell.Stays ? "true" : "false",
                ];
                text.AppendJoin(',', fields.Select(Files.Csv.Quote)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Those of the last comparison by rank, then those that were stopped before it.</summary>
    private static IEnumerable<ImmutableArray<int>> Order(ImmutableArray<HalvedRung> rungs) =>
        rungs.Reverse().SelectMany(rung => rung.Cells).DistinctBy(cell => cell.Points[0]).Select(cell => cell.Points);

    private static HalvedCell? At(HalvedRung rung, ImmutableArray<int> points) => rung.Cells.FirstOrDefault(cell => cell.Points[0] == points[0]);

    private static string Fate(ImmutableArray<HalvedRung> rungs, ImmutableArray<int> points)
    {
        var last = rungs.Last(rung => At(rung, points) is not null);
        var place = last.Cells.Index().First(cell => cell.Item.Points[0] == points[0]);
        return place.Item.Stays ? "run to the end"
            : place.Item.Value is null ? FormattableString.Invariant($"failed or diverged by round {last.Round}")
            : FormattableString.Invariant($"stopped after round {last.Round}, place {place.Index + 1} of {last.Cells.Length}");
    }

    private static string Words(HalvingMeasure measure) => measure == HalvingMeasure.Loss ? "training loss" : "accuracy of stage 1's global model (%)";

    private static string Value(HalvingMeasure measure, HalvedCell? cell) => cell?.Value is not { } value ? None
        : measure == HalvingMeasure.Loss ? value.ToString("F4", CultureInfo.InvariantCulture)
        : (100 * value).ToString("F2", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
