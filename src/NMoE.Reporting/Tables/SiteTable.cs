using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Tables;

/// <summary>What went inside sites and what between them, where there are edge servers.</summary>
internal static class SiteTable
{
    private const string Inside = "inside sites: edge server and clients";
    private const string Between = "between sites: edge servers and aggregator";
    private const string Past = "past edge servers: servers and clients";
    private const string Clients = "clients among each other";
    private static readonly ImmutableArray<string> s_order = [Inside, Between, Past, Clients];

    /// <summary>A row for each kind of way that something went.</summary>
    public static Table Of(RunReport report) => new(
        "Bytes inside sites and between them",
        [new("Way", Side.Left), new("Messages", Side.Right), new("Sent (B)", Side.Right), new("Delivered (B)", Side.Right), new("Lost (B)", Side.Right)],
        report.Ledger.Any(entry => IsEdge(entry.From) || IsEdge(entry.To))
            ? [.. report.Ledger.GroupBy(WayOf).OrderBy(way => s_order.IndexOf(way.Key)).Select(way => Row(way.Key, [.. way]))]
            : []);

    private static string WayOf(LedgerRecord entry) => (IsEdge(entry.From), IsEdge(entry.To), IsClient(entry.From), IsClient(entry.To)) switch
    {
        (true, _, _, true) or (_, true, true, _) => Inside,
        (true, _, _, _) or (_, true, _, _) => Between,
        (_, _, true, true) => Clients,
        _ => Past,
    };

    private static ImmutableArray<string> Row(string way, ImmutableArray<LedgerRecord> entries) =>
    [
        way, Whole(entries.Sum(entry => entry.Messages)), Whole(entries.Sum(entry => entry.Sent)), Whole(entries.Sum(entry => entry.Delivered)), Whole(entries.Sum(entry => entry.Lost)),
    ];

    private static bool IsEdge(string device) => device.StartsWith("edge-", StringComparison.Ordinal);

    private static bool IsClient(string device) => device.StartsWith("client", StringComparison.Ordinal);

    private static string Whole(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
