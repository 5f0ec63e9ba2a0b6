using System.Collections.Immutable;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>Which of the orderings that a paper claims were seen.</summary>
internal static class SweepClaimTable
{
    /// <summary>A row for each claim and each place where both of its sides were measured.</summary>
    public static Table Of(SweepResult result)
    {
        var cells = SweepCell.Of(result);
        return new(
            "Orderings",
            [Words("Claim"), Words("Where"), Words("Test"), SweepTables.Number("Difference (points)"), SweepTables.Number("95 % interval"), Words(result.Plan.Repeat is null ? "Verdict on this training" : "Verdict")],
            [.. result.Plan.Claims.SelectMany(claim => Gates(cells, claim).Concat(Labels(cells, claim)).Select(found => Row(claim, found)))]);
    }

    /// <summary>Gate against gate within one experiment: paired over seeds, or over pictures where that was measured.</summary>
    private static IEnumerable<Found> Gates(ImmutableArray<SweepCell> cells, OrderingClaim claim) =>
        from first in cells
        where first.Gate == claim.First
        from second in cells
        where second.Gate == claim.Second && second.Test == first.Test && second.Labels.SequenceEqual(first.Labels)
        select Compare(string.Join(", ", first.Labels), first, second);

    /// <summary>
    /// Label against label of one axis, all other labels being the same, and the gate too where both experiments have it; else the gates that stand for them. Two trainings, paired over seeds or told apart by intervals over clients.
    /// </summary>
    private static IEnumerable<Found> Labels(ImmutableArray<SweepCell> cells, OrderingClaim claim) =>
        from first in cells
        where first.Gate == Leading(cells, first)
        from axis in Enumerable.Range(0, first.Labels.Length)
        where first.Labels[axis] == claim.First
        from second in cells
        where second.Test == first.Test && first.Labels.SetItem(axis, claim.Second).SequenceEqual(second.Labels) && second.Gate == (Serves(cells, second, first.Gate) ? first.Gate : Leading(cells, second))
        select Compare(string.Join(", ", [.. first.Labels.RemoveAt(axis), second.Gate == first.Gate ? Names.OfGate(first.Gate) : $"{Names.OfGate(first.Gate)}, {Names.OfGate(second.Gate)}"]), first, second);

    private static bool Serves(ImmutableArray<SweepCell> cells, SweepCell of, string gate) => cells.Any(cell => cell.Gate == gate && cell.Test == of.Test && cell.Labels.SequenceEqual(of.Labels));

    /// <summary>The gate that stands for an experiment: FedGate where it was asked.</summary>
    private static string Leading(ImmutableArray<SweepCell> cells, SweepCell of)
    {
        var gates = cells.Where(cell => cell.Test == of.Test && cell.Labels.SequenceEqual(of.Labels)).Select(cell => cell.Gate).ToArray();
        return gates.Contains(Names.FedGate) ? Names.FedGate : gates[0];
    }

    private static Found Compare(string where, SweepCell first, SweepCell second)
    {
        // The less certain of the two.
        var end = (CurveEnd)Math.Min((int)first.End, (int)second.End);
        if (first.Samples[0].Repeat is null)
        {
            return new(where, first.Test, first.Accuracy - second.Accuracy, Paired(first, second) ?? HalfWidth(first, second), end);
        }

        var differences = first.Samples.Join(second.Samples, one => one.Repeat, other => other.Repeat, (one, other) => one.Pass.Accuracy - other.Pass.Accuracy).ToArray();
        var interval = differences.Length > 0 ? SeedInterval.Of(differences) : new(double.NaN, null);
        return new(where, first.Test, interval.Mean, interval.HalfWidth, end);
    }

    /// <summary>Half the interval over the same clients, or the pictures of the only one; null where the two are of different experiments, or no such pairs were measured.</summary>
    private static double? Paired(SweepCell first, SweepCell second) => ReferenceEquals(first.Samples[0].Report, second.Samples[0].Report)
        ? first.Samples[0].Report.Comparisons.FirstOrDefault(one => one.Test == first.Test
            && ((one.First, one.Second) == (first.Gate, second.Gate) || (one.First, one.Second) == (second.Gate, first.Gate))) is { } pair ? pair.ClientsHalfWidth ?? pair.HalfWidth : null
        : null;

    private static double? HalfWidth(SweepCell first, SweepCell second) =>
        (first.Interval, second.Interval) is ({ } one, { } other)
            ? Math.Sqrt(Math.Pow((one.High - one.Low) / 2, 2) + Math.Pow((other.High - other.Low) / 2, 2))
            : null;

    private static ImmutableArray<string> Row(OrderingClaim claim, Found found)
    {
        if (found.HalfWidth is not { } half)
        {
            return [$"{Names.OfGate(claim.First)} > {Names.OfGate(claim.Second)}", found.Where, found.Test, Points(found.Difference), "-", "no interval"];
        }

        var (low, high) = (found.Difference - half, found.Difference + half);
        var verdict = low > 0 ? "seen" : high < 0 ? "the reverse" : "not told apart";
        return
        [
            $"{Names.OfGate(claim.First)} > {Names.OfGate(claim.Second)}", found.Where, found.Test, Points(found.Difference), $"{Points(low)} to {Points(high)}",
            found.End switch
            {
                CurveEnd.Chance => $"unresolved: {verdict}, but stage 1 is hardly above guessing",
                CurveEnd.Fallen => $"unresolved: {verdict}, but stage 1 ended below its best",
                CurveEnd.Rising => $"unresolved: {verdict}, but curves still rise",
                CurveEnd.Unmeasured => $"unresolved: {verdict}, but the curves were not measured",
                _ => verdict,
            },
        ];
    }

    private static Column Words(string heading) => SweepTables.Words(heading);

    private static string Points(double share) => double.IsFinite(share) ? Names.Points(share) : "-";

    private sealed record Found(string Where, string Test, double Difference, double? HalfWidth, CurveEnd End);
}
