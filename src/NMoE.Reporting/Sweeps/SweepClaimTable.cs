using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>Which of the orderings that a paper claims were seen.</summary>
internal static class SweepClaimTable
{
    /// <summary>A row for each claim and each place where both of its sides were measured.</summary>
    public static Table Of(SweepResult result) => new(
        "Orderings",
        [Words("Claim"), Words("Where"), Words("Test"), SweepTables.Number("Difference (points)"), SweepTables.Number("95 % interval"), Words("Verdict")],
        [.. result.Plan.Claims.SelectMany(claim => Gates(result, claim).Concat(Labels(result, claim)).Select(found => Row(claim, found)))]);

    /// <summary>Gate against gate within one experiment: paired over pictures where that was measured.</summary>
    private static IEnumerable<Found> Gates(SweepResult result, OrderingClaim claim) =>
        from item in result.Finished
        from first in item.Report.Passes
        where first.Gate == claim.First
        from second in item.Report.Passes
        where second.Gate == claim.Second && second.Test == first.Test
        let paired = item.Report.Comparisons.FirstOrDefault(one => one.Test == first.Test && one.First == first.Gate && one.Second == second.Gate)
        select new Found(
            string.Join(", ", item.Point.Labels), first.Test, first.Accuracy - second.Accuracy, paired?.HalfWidth ?? HalfWidth(first, second),
            SweepResult.End(item.Report));

    /// <summary>Label against label of one axis, all other labels and the gate being the same: two trainings, told apart by bootstrap intervals.</summary>
    private static IEnumerable<Found> Labels(SweepResult result, OrderingClaim claim) =>
        from upper in result.Finished
        let axis = upper.Point.Labels.IndexOf(claim.First)
        where axis >= 0
        from lower in result.Finished
        where upper.Point.Labels.SetItem(axis, claim.Second).SequenceEqual(lower.Point.Labels)
        from first in upper.Report.Passes
        where first.Gate == (upper.Report.Passes.Any(pass => pass.Gate == Names.FedGate) ? Names.FedGate : upper.Report.Passes[0].Gate)
        from second in lower.Report.Passes
        where second.Gate == first.Gate && second.Test == first.Test
        select new Found(
            string.Join(", ", [.. upper.Point.Labels.RemoveAt(axis), Names.OfGate(first.Gate)]), first.Test, first.Accuracy - second.Accuracy,
            HalfWidth(first, second),

            // The less certain of the two.
            (CurveEnd)Math.Min((int)SweepResult.End(upper.Report), (int)SweepResult.End(lower.Report)));

    private static double HalfWidth(PassRecord first, PassRecord second)
    {
        var (a, b) = (Half(first), Half(second));
        return Math.Sqrt((a * a) + (b * b));
    }

    private static double Half(PassRecord pass) => ((pass.AccuracyHigh ?? double.NaN) - (pass.AccuracyLow ?? double.NaN)) / 2;

    private static ImmutableArray<string> Row(OrderingClaim claim, Found found)
    {
        var (low, high) = (found.Difference - found.HalfWidth, found.Difference + found.HalfWidth);
        if (double.IsNaN(found.HalfWidth))
        {
            return [$"{Names.OfGate(claim.First)} > {Names.OfGate(claim.Second)}", found.Where, found.Test, Points(found.Difference), "-", "no interval"];
        }

        var verdict = low > 0 ? "seen" : high < 0 ? "the reverse" : "not told apart";
        return
        [
            $"{Names.OfGate(claim.First)} > {Names.OfGate(claim.Second)}", found.Where, found.Test, Points(found.Difference), $"{Points(low)} to {Points(high)}",
            found.End switch
            {
                CurveEnd.Rising => $"unresolved: {verdict}, but curves still rise",
                CurveEnd.Unmeasured => $"unresolved: {verdict}, but the curves were not measured",
                _ => verdict,
            },
        ];
    }

    private static Column Words(string heading) => SweepTables.Words(heading);

    private static string Points(double share) => (100 * share).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private sealed record Found(string Where, string Test, double Difference, double HalfWidth, CurveEnd End);
}
