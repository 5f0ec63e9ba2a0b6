using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>What it took a sweep's experiments to reach the accuracies that they ask for. Means over repeats, where all of them reached it.</summary>
internal static class SweepTargetTable
{
    private const string None = "-";

    /// <summary>A row for each place of the grid, accuracy, and what might reach it.</summary>
    public static Table Of(SweepResult result) => new(
        "To reach an accuracy (the global model: the end of the first round that is scored so high; a gate: the end of all the training that it needs)",
        [
            SweepTables.Number("Accuracy (%)"), .. SweepTables.Labels(result.Plan.Grid), SweepTables.Words("Of"), SweepTables.Words("Test"), SweepTables.Number("Time (s)"), SweepTables.Number("Sent (MB)"),
            SweepTables.Number("Energy (J)"), SweepTables.Words("Reached"),
        ],
        [
            .. from item in result.Finished
               from target in item.Report.Targets
               let head = (ImmutableArray<string>)[Percent(target.Target), .. result.Plan.LabelsOf(item.Point), Names.OfGate(target.Of), target.Test]
               group (Head: head, Target: target) by string.Join('\n', head) into same
               orderby same.First().Target.Target
               select (ImmutableArray<string>)[.. same.First().Head, .. Reached([.. same.Select(row => row.Target)])],
        ]);

    private static IEnumerable<string> Reached(ImmutableArray<TargetRecord> repeats)
    {
        var count = repeats.Count(target => target.VirtualSeconds is not null);
        return
        [
            Mean(repeats, target => target.VirtualSeconds, "#,0.0"), Mean(repeats, target => target.Bytes / 1e6, "#,0.0"), Mean(repeats, target => target.Joules, "#,0.0"),
            count == repeats.Length ? "yes" : count == 0 ? $"no: {Percent(repeats.Max(target => target.Best))} % at most" : FormattableString.Invariant($"by {count} of {repeats.Length}"),
        ];
    }

    private static string Mean(ImmutableArray<TargetRecord> repeats, Func<TargetRecord, double?> of, string format)
    {
        double?[] values = [.. repeats.Select(of)];
        return values.Contains(null) ? None : values.Average()!.Value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture);
}
