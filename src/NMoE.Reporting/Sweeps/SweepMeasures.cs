using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Records;

namespace NMoE.Reporting.Sweeps;

/// <summary>One gate on one test set in one experiment of a sweep.</summary>
/// <param name="Point">The experiment.</param>
/// <param name="Report">What it reported.</param>
/// <param name="Manifest">Its hashes and virtual time; null where they are not known.</param>
/// <param name="Pass">The gate's pass.</param>
internal sealed record MeasuredPass(SweepPoint Point, RunReport Report, Manifest? Manifest, PassRecord Pass)
{
    /// <summary>How long its requests took; null for references, which send none.</summary>
    public LatencyRecord? Latency => Report.Latencies.FirstOrDefault(one => one.Gate == Pass.Gate && one.Test == Pass.Test);
}

/// <summary>A number that a sweep measures.</summary>
/// <param name="Name">Column in <c>results.csv</c>: the same name as in <c>metrics.jsonl</c>, where it stands there.</param>
/// <param name="Of">Its value, in SI units and shares of 1; null where it was not measured.</param>
internal sealed record SweepMeasure(string Name, Func<MeasuredPass, double?> Of);

/// <summary>The numbers of <c>results.csv</c>, in order.</summary>
internal static class SweepMeasures
{
    /// <summary>Of a gate's pass, then of its experiment as a whole.</summary>
    public static ImmutableArray<SweepMeasure> All { get; } =
    [
        new("accuracy", row => row.Pass.Accuracy),
        new("accuracyLow", row => row.Pass.AccuracyLow),
        new("accuracyHigh", row => row.Pass.AccuracyHigh),
        new("macroF1", row => row.Pass.MacroF1),
        new("auc", row => row.Pass.Auc),
        new("clientAccuracy", row => row.Pass.ClientAccuracy),
        new("clientMacroF1", row => row.Pass.ClientMacroF1),
        new("clientAuc", row => row.Pass.ClientAuc),
        new("localRatio", row => row.Pass.LocalRatio),
        new("routingEntropy", row => row.Pass.RoutingEntropy),
        new("mutualInformation", row => row.Pass.MutualInformation),
        new("largestShare", row => row.Pass.LargestShare),
        new("bytesPerSample", row => row.Pass.BytesPerSample),
        new("degraded", row => row.Pass.Degraded),
        new("meanLatencySeconds", row => row.Pass.MeanLatencySeconds),
        new("medianSeconds", row => row.Latency?.MedianSeconds),
        new("p95Seconds", row => row.Latency?.P95Seconds),
        new("globalAccuracy", row => SweepResult.Curve(row.Report) is { IsEmpty: false } curve ? curve[^1].Accuracy : null),
        new("virtualSeconds", row => row.Manifest?.VirtualSeconds),
        new("waitedSeconds", row => row.Report.Waiting?.Seconds ?? 0),
        new("sentBytes", row => row.Report.Ledger.Sum(entry => entry.Sent)),
        new("retransmittedBytes", row => row.Report.Ledger.Sum(entry => entry.Retransmitted)),
        new("radioJoules", row => row.Report.Energy.IsEmpty ? null : row.Report.Energy.Sum(device => device.RadioJoules)),
        new("computeJoules", row => row.Report.Energy.IsEmpty ? null : row.Report.Energy.Sum(device => device.ComputeJoules)),
        new("epsilon", row => row.Report.Privacy.IsEmpty ? null : row.Report.Privacy.Max(client => client.Epsilon)),
    ];
}
