using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;

namespace NMoE.Reporting.Tables;

/// <summary>Where a run's bytes and time went, by stage.</summary>
internal static class StageTable
{
    /// <summary>A row for each stage in the order of the ledger, and one for all.</summary>
    public static Table Of(RunReport report)
    {
        var all = report.Ledger.Sum(entry => entry.Sent);
        var stages = report.Ledger.GroupBy(entry => entry.Stage).Select(stage => Row(stage.Key, [.. stage], all, report.Rounds.LastOrDefault(round => round.Stage == stage.Key))).ToArray();
        return new(
            "Bytes and time by stage",
            [
                new("Stage", Side.Left), new("Messages", Side.Right), new("Sent (MB)", Side.Right), new("Share (%)", Side.Right), new("Sent again (MB)", Side.Right),
                new("Rounds", Side.Right), new("Last one ended (s)", Side.Right),
            ],
            stages.Length == 0 ? [] : [.. stages, Row("all", report.Ledger, all, null)]);
    }

    private static ImmutableArray<string> Row(string stage, ImmutableArray<LedgerRecord> entries, long all, RoundRecord? last) =>
    [
        Names.OfStage(stage), entries.Sum(entry => entry.Messages).ToString("#,0", CultureInfo.InvariantCulture), Megabytes(entries.Sum(entry => entry.Sent)),
        all > 0 ? (100.0 * entries.Sum(entry => entry.Sent) / all).ToString("F2", CultureInfo.InvariantCulture) : "-", Megabytes(entries.Sum(entry => entry.Retransmitted)),
        last?.Round.ToString(CultureInfo.InvariantCulture) ?? "-", last?.VirtualSeconds.ToString("#,0.0", CultureInfo.InvariantCulture) ?? "-",
    ];

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("#,0.000", CultureInfo.InvariantCulture);
}
