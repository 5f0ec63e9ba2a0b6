using System.Collections.Immutable;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Sweeps;

/// <summary>One gate on one test set at one place of the grid: a pass, or one for each repeat.</summary>
/// <param name="Labels">The place on each axis that is no repeat.</param>
/// <param name="Test">The test set.</param>
/// <param name="Gate">Gate, reference or baseline.</param>
/// <param name="Samples">What was measured, in the order of the sweep; at least one.</param>
internal sealed record SweepCell(ImmutableArray<string> Labels, string Test, string Gate, ImmutableArray<SweepSample> Samples)
{
    /// <summary>All cells of what has been run, in the order in which a cell is first met.</summary>
    public static ImmutableArray<SweepCell> Of(SweepResult result) =>
    [
        .. result.Finished
            .SelectMany(item => item.Report.Passes.Select(pass => (
                Labels: result.Plan.LabelsOf(item.Point),
                Sample: new SweepSample(result.Plan.Repeat is null ? null : item.Point.Labels[result.Plan.RepeatIndex], pass, item.Report))))
            .GroupBy(item => string.Join('\n', [.. item.Labels, item.Sample.Pass.Test, item.Sample.Pass.Gate]), StringComparer.Ordinal)
            .Select(same => new SweepCell(
                same.First().Labels, same.First().Sample.Pass.Test, same.First().Sample.Pass.Gate, [.. same.Select(item => item.Sample)])),
    ];

    /// <summary>Accuracy, or its mean over the repeats.</summary>
    public double Accuracy => Samples.Average(sample => sample.Pass.Accuracy);

    /// <summary>Its 95 % interval: by t over clients, or over the repeats, as far as a share can be; null where there is none.</summary>
    public (double Low, double High)? Interval
    {
        get
        {
            if (Samples[0].Repeat is not null)
            {
                return Mean(pass => pass.Accuracy) is { HalfWidth: { } half } mean ? (Math.Max(0, mean.Mean - half), Math.Min(1, mean.Mean + half)) : null;
            }

            return Samples[0].Pass is { AccuracyLow: { } low, AccuracyHigh: { } high } ? (low, high) : null;
        }
    }

    /// <summary>The mean of a measure over the repeats; null where one of them lacks it.</summary>
    public SeedInterval? Mean(Func<PassRecord, double?> measure)
    {
        var values = Samples.Select(sample => measure(sample.Pass)).OfType<double>().ToArray();
        return values.Length == Samples.Length ? SeedInterval.Of(values) : null;
    }

    /// <summary>The least certain end of the learning curves behind it.</summary>
    public CurveEnd End => Samples.Min(sample => SweepResult.End(sample.Report));
}

/// <summary>One pass of a cell.</summary>
/// <param name="Repeat">The label of its seed; null where the sweep has no repeats.</param>
/// <param name="Pass">What was measured.</param>
/// <param name="Report">The whole report that it stands in.</param>
internal sealed record SweepSample(string? Repeat, PassRecord Pass, RunReport Report);
