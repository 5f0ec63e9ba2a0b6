using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;

namespace NMoE.Reporting.Sweeps;

/// <summary>A sweep and what came out.</summary>
/// <param name="Plan">The sweep.</param>
/// <param name="Reports">A report for each of its points, in order; null for one that was not run.</param>
public sealed record SweepResult(SweepPlan Plan, ImmutableArray<RunReport?> Reports)
{
    /// <summary>How much the last two scores of stage 1 may differ for its curve to count as flat: about two standard errors over 10 000 pictures.</summary>
    private const double Flat = 0.01;

    /// <summary>Points that were run.</summary>
    internal IEnumerable<(SweepPoint Point, RunReport Report)> Finished =>
        Plan.Points.Zip(Reports).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!));

    /// <summary>Stage 1's scores by round.</summary>
    internal static ImmutableArray<(int Round, double Accuracy)> Curve(RunReport report) =>
        [.. report.Rounds.Where(round => round is { Stage: "extractor", Accuracy: not null }).Select(round => (round.Round, round.Accuracy!.Value))];

    /// <summary>Whether stage 1 was still getting better when it ended; a single score cannot tell, and counts as rising.</summary>
    internal static bool IsRising(RunReport report) =>
        Curve(report) is var curve && (curve.Length < 2 || curve[^1].Accuracy - curve[^2].Accuracy > Flat);
}
