using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;

namespace NMoE.Reporting.Tables;

/// <summary>What it took to reach the accuracies that the experiment asks for.</summary>
internal static class TargetTable
{
    private const string None = "-";

    /// <summary>A row for each accuracy and what might reach it: the global model, and each gate on each test set.</summary>
    public static Table Of(RunReport report) => new(
        $"To reach an accuracy (of the global model the end of the first round that is scored so high; of a gate the end of all the training that it needs, {(report.Clock == RunReport.WallClock ? "wall-clock" : "virtual")} time)",
        [
            new("Accuracy (%)", Side.Right), new("Of", Side.Left), new("Test", Side.Left), new("Time (s)", Side.Right), new("Sent (MB)", Side.Right), new("Energy (J)", Side.Right),
            new("Reached", Side.Left),
        ],
        [
            .. report.Targets.Select(target => ImmutableArray.Create(
                Percent(target.Target), Names.OfGate(target.Of), target.Test, Fixed(target.VirtualSeconds, "#,0.0"), Fixed(target.Bytes / 1e6, "#,0.0"), Fixed(target.Joules, "#,0.0"),
                target.VirtualSeconds is null ? $"no: {Percent(target.Best)} % at most" : "yes")),
        ]);

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Fixed(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;
}
