using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Measures;
using NMoE.Reporting.Records;

namespace NMoE.Reporting.Sweeps;

/// <summary>A sweep and what came out.</summary>
/// <param name="Plan">The sweep.</param>
/// <param name="Reports">A report for each of its points, in order; null for one that was not run, or failed.</param>
public sealed record SweepResult(SweepPlan Plan, ImmutableArray<RunReport?> Reports)
{
    /// <summary>Why points ended without a report, by their number from 0.</summary>
    public ImmutableSortedDictionary<int, string> Failures { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>Manifests of points that were run, by their number from 0.</summary>
    public ImmutableSortedDictionary<int, Manifest> Manifests { get; init; } = ImmutableSortedDictionary<int, Manifest>.Empty;

    /// <summary>What halving saw; null where there was none.</summary>
    public HalvingRecord? Halving { get; init; }

    /// <summary>How much stage 1 may gain over its last sixth for its curve to count as flat: about two standard errors over 10 000 pictures.</summary>
    private const double Flat = 0.01;

    private const double LastPart = 1.0 / 6;

    /// <summary>Points that were run.</summary>
    internal IEnumerable<(SweepPoint Point, RunReport Report)> Finished =>
        Plan.Points.Zip(Reports).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!));

    /// <summary>The accuracies that any experiment asks the way to, ascending.</summary>
    internal IEnumerable<double> Targets => Plan.Points.SelectMany(point => point.Configuration.Settings.Evaluation.Targets.AsEnumerable()).Distinct().Order();

    /// <summary>The run of one point, by its number from 0; null where it was not run.</summary>
    internal MeasuredRun? Run(int number) => Reports[number] is { } report ? new(report, Manifests.GetValueOrDefault(number)) : null;

    /// <summary>Its passes.</summary>
    internal IEnumerable<MeasuredPass> Passes(int number) => Run(number) is { } run ? run.Report.Passes.Select(pass => new MeasuredPass(run, pass)) : [];

    /// <summary>Stage 1's scores by round.</summary>
    internal static ImmutableArray<(int Round, double Accuracy)> Curve(RunReport report) =>
        [.. report.Rounds.Where(round => round is { Stage: "extractor", Accuracy: not null }).Select(round => (round.Round, round.Accuracy!.Value))];

    /// <summary>How stage 1 ended: by its last score, its best one, and the last one that lies a sixth of the rounds before the end, however often it was scored.</summary>
    internal static CurveEnd End(RunReport report)
    {
        var curve = Curve(report);
        var early = curve.LastOrDefault(score => score.Round <= curve[^1].Round * (1 - LastPart));
        return curve.IsEmpty || early.Round == 0 ? CurveEnd.Unmeasured
            : curve[^1].Accuracy < NearChance(report) ? CurveEnd.Chance
            : curve[^1].Accuracy - early.Accuracy > Flat ? CurveEnd.Rising
            : curve[^1].Accuracy < curve.Max(score => score.Accuracy) - (2 * Flat) ? CurveEnd.Fallen
            : CurveEnd.Flat;
    }

    /// <summary>A tenth of the way from the share that guessing among the classes gets right to 1; 0 where the number of classes is not told.</summary>
    private static double NearChance(RunReport report) =>
        report.Passes.Select(pass => pass.ClassRouting).OfType<ImmutableArray<ImmutableArray<double>>>().FirstOrDefault() is { IsDefault: false, Length: > 0 and var classes }
            ? (1.0 / classes) + (0.1 * (1 - (1.0 / classes)))
            : 0;
}

/// <summary>How a learning curve ended, the least certain end first.</summary>
internal enum CurveEnd
{
    /// <summary>Too few scores to tell.</summary>
    Unmeasured,

    /// <summary>Hardly above guessing: nothing was learned that gates or experts could stand on.</summary>
    Chance,

    /// <summary>Still getting better.</summary>
    Rising,

    /// <summary>More than two points below its best.</summary>
    Fallen,

    /// <summary>No better than a while before.</summary>
    Flat,
}
