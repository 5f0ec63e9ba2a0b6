using System.Collections.Immutable;
using System.Globalization;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>What a sweep's experiments cost, beside what they reached: serving by gate, and each experiment as a whole. Means over repeats.</summary>
internal static class SweepCostTable
{
    private const string None = "-";

    /// <summary>A row for each gate that sends, test set and place of the grid.</summary>
    public static Table Serving(SweepResult result) => new(
        "What serving cost",
        [
            .. SweepTables.Labels(result.Plan.Grid), SweepTables.Words("Test"), SweepTables.Words("Gate"), SweepTables.Number("Bytes/sample"),
            SweepTables.Number("Degraded (%)"), SweepTables.Number("Latency (ms)"), SweepTables.Number("95th (ms)"),
        ],
        [
            .. Cells(result, pass => !Names.IsReference(pass.Pass.Gate), pass => [pass.Pass.Test, pass.Pass.Gate]).Select(cell => (ImmutableArray<string>)
            [
                .. cell.Labels, cell.Passes[0].Pass.Test, Names.OfGate(cell.Passes[0].Pass.Gate), Mean(cell, "bytesPerSample", 1, "F1"), Mean(cell, "degraded", 100, "F2"),
                Mean(cell, "meanLatencySeconds", 1000, "F1"), Mean(cell, "p95Seconds", 1000, "F1"),
            ]),
        ]);

    /// <summary>A row for each place of the grid: all stages together.</summary>
    public static Table Whole(SweepResult result) => new(
        "What each experiment cost",
        [
            .. SweepTables.Labels(result.Plan.Grid), SweepTables.Number("Virtual time (s)"), SweepTables.Number("Waited in vain (s)"), SweepTables.Number("Sent (MB)"),
            SweepTables.Number("Sent again (MB)"), SweepTables.Number("Radio (J)"), SweepTables.Number("Computing (J)"), SweepTables.Number("Global model (%)"),
        ],
        [
            .. Cells(result, pass => pass.Pass == pass.Report.Passes[0], _ => []).Select(cell => (ImmutableArray<string>)
            [
                .. cell.Labels, Mean(cell, "virtualSeconds", 1, "F1"), Mean(cell, "waitedSeconds", 1, "F1"), Mean(cell, "sentBytes", 1e-6, "F1"), Mean(cell, "retransmittedBytes", 1e-6, "F1"),
                Mean(cell, "radioJoules", 1, "F0"), Mean(cell, "computeJoules", 1, "F0"), Mean(cell, "globalAccuracy", 100, "F2"),
            ]),
        ]);

    private static IEnumerable<Cell> Cells(SweepResult result, Func<MeasuredPass, bool> isMeant, Func<MeasuredPass, string[]> within) => Enumerable
        .Range(0, result.Plan.Points.Length).SelectMany(result.Passes).Where(isMeant)
        .GroupBy(pass => string.Join('\n', [.. result.Plan.LabelsOf(pass.Point), .. within(pass)]), StringComparer.Ordinal)
        .Select(same => new Cell(result.Plan.LabelsOf(same.First().Point), [.. same]));

    private static string Mean(Cell cell, string name, double scale, string format)
    {
        var measure = SweepMeasures.All.Single(known => known.Name == name);
        var values = cell.Passes.Select(measure.Of).OfType<double>().ToArray();
        return values.Length == cell.Passes.Length ? (scale * values.Average()).ToString(format, CultureInfo.InvariantCulture) : None;
    }

    private sealed record Cell(ImmutableArray<string> Labels, ImmutableArray<MeasuredPass> Passes);
}
