using System.Collections.Immutable;
using System.Globalization;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Measures;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>What a sweep's experiments cost, beside what they reached: serving by gate, and each experiment as a whole. Means over repeats.</summary>
internal static class SweepCostTable
{
    private const string None = "-";

    private static ImmutableArray<Shown> OfServing { get; } =
        [new("Bytes/sample", "bytesPerSample", 1, "F1"), new("Degraded (%)", "degraded", 100, "F2"), new("Latency (ms)", "meanLatencySeconds", 1000, "F1"), new("95th (ms)", "p95Seconds", 1000, "F1")];

    private static ImmutableArray<Shown> OfAll { get; } =
    [
        new("Virtual time (s)", "virtualSeconds", 1, "F1"), new("Waited in vain (s)", "waitedSeconds", 1, "F1"), new("Sent (MB)", "sentBytes", 1e-6, "F1"),
        new("Sent again (MB)", "retransmittedBytes", 1e-6, "F1"), new("Radio (J)", "radioJoules", 1, "F0"), new("Computing (J)", "computeJoules", 1, "F0"),
        new("Global model (%)", "globalAccuracy", 100, "F2"),
    ];

    /// <summary>A row for each gate that sends, test set and place of the grid.</summary>
    public static Table Serving(SweepResult result) => new(
        "What serving cost",
        [.. SweepTables.Labels(result.Plan.Grid), SweepTables.Words("Test"), SweepTables.Words("Gate"), .. OfServing.Select(shown => SweepTables.Number(shown.Heading))],
        Rows(result, OfServing, Measure.OfPass, number => result.Passes(number).Where(pass => !Names.IsReference(pass.Pass.Gate)), pass => [pass.Pass.Test, Names.OfGate(pass.Pass.Gate)]));

    /// <summary>A row for each place of the grid: all stages together.</summary>
    public static Table Whole(SweepResult result) => new(
        "What each experiment cost",
        [.. SweepTables.Labels(result.Plan.Grid), .. OfAll.Select(shown => SweepTables.Number(shown.Heading))],
        Rows(result, OfAll, Measure.OfRun, number => result.Run(number) is { } run ? [run] : [], _ => []));

    /// <summary>Rows of means over the points of one place, and of one name there.</summary>
    private static ImmutableArray<ImmutableArray<string>> Rows<T>(
        SweepResult result, ImmutableArray<Shown> shown, ImmutableArray<Measure<T>> known, Func<int, IEnumerable<T>> of, Func<T, ImmutableArray<string>> nameOf) =>
    [
        .. from number in Enumerable.Range(0, result.Plan.Points.Length)
           from one in of(number)
           let head = (ImmutableArray<string>)[.. result.Plan.LabelsOf(result.Plan.Points[number]), .. nameOf(one)]
           group (Head: head, One: one) by string.Join('\n', head) into same
           select (ImmutableArray<string>)[.. same.First().Head, .. shown.Select(column => Mean(column, known, same.Select(row => row.One)))],
    ];

    private static string Mean<T>(Shown shown, ImmutableArray<Measure<T>> known, IEnumerable<T> rows)
    {
        double?[] values = [.. rows.Select(known.Single(measure => measure.Name == shown.Measure).Of)];
        return values.Contains(null) ? None : (shown.Scale * values.Average()!.Value).ToString(shown.Format, CultureInfo.InvariantCulture);
    }

    private sealed record Shown(string Heading, string Measure, double Scale, string Format);
}
