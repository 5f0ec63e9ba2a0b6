using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Measures;

/// <summary>A number that is measured.</summary>
/// <typeparam name="T">Of what.</typeparam>
/// <param name="Name">The same name as in <c>metrics.jsonl</c>, where it stands there.</param>
/// <param name="Of">Its value, in SI units and shares of 1; null where it was not measured.</param>
internal sealed record Measure<T>(string Name, Func<T, double?> Of);

/// <summary>The numbers that results are made of, in the order of columns.</summary>
internal static class Measure
{
    /// <summary>Of a gate's pass.</summary>
    public static ImmutableArray<Measure<MeasuredPass>> OfPass { get; } =
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
    ];

    /// <summary>What it took a gate, and after that the global model, to reach accuracies; null where it was not reached.</summary>
    /// <param name="targets">The accuracies.</param>
    public static ImmutableArray<Measure<MeasuredPass>> OfTargets(IEnumerable<double> targets) =>
    [
        .. from of in new[] { "", TargetRecord.GlobalModel }
           from target in targets
           from quantity in s_quantities
           select new Measure<MeasuredPass>(
               $"{(of.Length == 0 ? quantity.Name : $"global{char.ToUpperInvariant(quantity.Name[0])}{quantity.Name[1..]}")}To{target.ToString("R", CultureInfo.InvariantCulture)}",
               row => row.Target(target, of) is { } reached ? quantity.Of(reached) : null),
    ];

    private static readonly ImmutableArray<Measure<TargetRecord>> s_quantities = [new("seconds", target => target.VirtualSeconds), new("bytes", target => target.Bytes), new("joules", target => target.Joules)];

    /// <summary>Of a run as a whole.</summary>
    public static ImmutableArray<Measure<MeasuredRun>> OfRun { get; } =
    [
        new("globalAccuracy", run => run.Report.Rounds.LastOrDefault(round => round is { Stage: "extractor", Accuracy: not null })?.Accuracy),
        new("virtualSeconds", run => run.Manifest?.VirtualSeconds),
        new("waitedSeconds", run => run.Report.Waiting?.Seconds ?? 0),
        new("sentBytes", run => run.Report.Ledger.Sum(entry => entry.Sent)),
        new("retransmittedBytes", run => run.Report.Ledger.Sum(entry => entry.Retransmitted)),
        new("radioJoules", run => run.Report.Energy.IsEmpty ? null : run.Report.Energy.Sum(device => device.RadioJoules)),
        new("tailJoules", run => run.Report.Energy.IsEmpty ? null : run.Report.Energy.Sum(device => device.TailJoules)),
        new("idleJoules", run => run.Report.Energy.IsEmpty ? null : run.Report.Energy.Sum(device => device.IdleJoules)),
        new("computeJoules", run => run.Report.Energy.IsEmpty ? null : run.Report.Energy.Sum(device => device.ComputeJoules)),
        new("epsilon", run => run.Report.Privacy.IsEmpty ? null : run.Report.Privacy.Max(client => client.Epsilon)),
    ];
}
