using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;

namespace NMoE.Reporting.Sweeps;

/// <summary>A sweep and what came out.</summary>
/// <param name="Plan">The sweep.</param>
/// <param name="Reports">A report for each of its points, in order; null for one that was not run, or failed.</param>
public sealed record SweepResult(SweepPlan Plan, ImmutableArray<RunReport?> Reports)
{
    /// <summary>Why points ended without a report, by their number from 0.</summary>
    public ImmutableSortedDictionary<int, string> Failures { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>How much stage 1 may gain over its last sixth for its curve to count as flat: about two standard errors over 10 000 pictures.</summary>
    private const double Flat = 0.01;

    private const double LastPart = 1.0 / 6;

    /// <summary>Points that were run.</summary>
    internal IEnumerable<(SweepPoint Point, RunReport Report)> Finished =>
        Plan.Points.Zip(Reports).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!));

    /// <summary>Stage 1's scores by round.</summary>
    internal static ImmutableArray<(int Round, double Accuracy)> Curve(RunReport report) =>
        [.. report.Rounds.Where(round => round is { Stage: "extractor", Accuracy: not null }).Select(round => (round.Round, round.Accuracy!.Value))];

    /// <summary>How stage 1 ended: the last score against the last one that lies a sixth of the rounds before it, however often it was scored.</summary>
    internal static CurveEnd End(RunReport report)
    {
        var curve = Curve(report);
        var early = curve.LastOrDefault(score => score.Round <= curve[^1].Round * (1 - LastPart));
        return curve.IsEmpty || early.Round == 0 ? CurveEnd.Unmeasured
            : curve[^1].Accuracy - early.Accuracy > Flat ? CurveEnd.Rising
            : CurveEnd.Flat;
    }
}

/// <summary>How a learning curve ended.</summary>
internal enum CurveEnd
{
    /// <summary>Too few scores to tell.</summary>
    Unmeasured,

    /// <summary>Still getting better.</summary>
    Rising,

    /// <summary>No better than a while before.</summary>
    Flat,
}
