using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Tests.Tables;

public class ReportTablesSpecs
{
    private static readonly RunReport Report = new(
        "table",
        [],
        [
            new PassRecord("fedgate", "iid", 0.62134, 0.61, 0.925, 0.6213, 0.6, 0.91, 0.345, 1404.25, 0.0125, 0.0423, [[1]]),
            new PassRecord("oraclegate", "iid", 0.75, null, null, 0.75, null, null, null, 0, 0, 0, default),
        ],
        [
            new ComparisonRecord("iid", "fedgate", "rangate", 0.0825, 0.0071) { ClientsHalfWidth = 0.05 },
            new ComparisonRecord("iid", "fedgate", "localgate", -0.001, 0.0071) { ClientsHalfWidth = 0.02 },
            new ComparisonRecord("same", "fedgate", "localgate", -0.02, 0.005) { ClientsHalfWidth = 0.03 },
        ],
        [
            new LedgerRecord("extractor", "client-1", "aggregator", "update", 2, 1_000_000, 900_000, 100_000),
            new LedgerRecord("extractor", "client-2", "aggregator", "update", 3, 500, 500, 0),
        ]);

    [Fact]
    public void A_reference_that_routes_has_a_local_ratio_and_no_bytes()
    {
        var global = Report.Passes[0] with { Gate = "globalgate", BytesPerSample = 0, Degraded = 0, MeanLatencySeconds = 0 };
        var line = ReportTables.PlainText(Report with { Passes = [global] }).Split('\n').Single(text => text.Contains("GlobalGate", StringComparison.Ordinal));
        Assert.Equal(["iid", "GlobalGate", "62.13", "61.00", "92.50", "62.13", "34.50", "-", "-", "-"], line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Of class 0 both samples went to expert 0, of class 1 one to each: H(3/4) = 0.81 bits of log2 2, less the mean of 0 and 1 bit. The oracle chooses by the answer and has no row.</summary>
    [Fact]
    public void Routing_by_class_has_a_row_for_each_pass_that_chose()
    {
        var routed = Report.Passes[0] with { ClassRouting = [[1, 0], [0.5, 0.5]], RoutingEntropy = 0.811278, MutualInformation = 0.311278, LargestShare = 0.75, Favourite = 0 };
        var best = routed with { Gate = "best-expert", ClassRouting = [[0, 1], [0, 1]], RoutingEntropy = 0, MutualInformation = 0, LargestShare = 1, Favourite = 1 };
        var table = ReportTables.PlainText(Report with { Passes = [routed, best, Report.Passes[1]] }).Split("\n\n").Single(text => text.StartsWith("Routing (", StringComparison.Ordinal));
        Assert.Equal(
            ["iid | FedGate | 0.81 of 1.00 | 0.31 | 75.00 | client-0", "iid | Best single expert | 0.00 of 1.00 | 0.00 | 100.00 | client-1"],
            table.Split('\n', StringSplitOptions.RemoveEmptyEntries)[3..].Select(line => string.Join(" | ", line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
        Assert.DoesNotContain("Routing (", ReportTables.PlainText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public void The_gates_favourite_has_a_row_for_each_stretch_of_rounds()
    {
        RoundRecord Round(int number, int favourite, double share) => new("gate", number, number, number, 1, null, 3) { Favourite = favourite, LargestShare = share };
        ImmutableArray<RoundRecord> rounds = [new("extractor", 1, 1, 1, 1, 0.5, 3), Round(1, 2, 0.4), Round(2, 2, 0.6), Round(3, 0, 0.5), Round(4, 2, 0.7)];
        var table = ReportTables.PlainText(Report with { Rounds = rounds }).Split("\n\n").Single(text => text.StartsWith("The gate's favourite", StringComparison.Ordinal));
        Assert.Equal(
            ["1 to 2 | client-2 | 40.00 | 60.00", "3 | client-0 | 50.00 | 50.00", "4 | client-2 | 70.00 | 70.00"],
            table.Split('\n', StringSplitOptions.RemoveEmptyEntries)[3..].Select(line => string.Join(" | ", line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
        Assert.DoesNotContain("The gate's favourite", ReportTables.PlainText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public void What_goes_inside_sites_stands_apart_from_what_goes_between_them()
    {
        ImmutableArray<LedgerRecord> ledger =
        [
            new("extractor", "aggregator", "edge-0", "TrainRound", 2, 200, 200, 0), new("extractor", "edge-1", "aggregator", "RoundUpdate", 1, 100, 90, 10), new("extractor", "edge-0", "client-1", "TrainRound", 4, 40, 40, 0),
            new("extractor", "clients", "edge-1", "RoundUpdate", 3, 30, 30, 0), new("control", "client-1", "aggregator", "Join", 5, 50, 50, 0), new("control", "supervisor", "aggregator", "BeginTraining", 1, 1, 1, 0),
            new("gate", "client-0", "client-1", "TrainingLatents", 6, 60, 60, 0),
        ];
        var table = ReportTables.PlainText(Report with { Ledger = ledger }).Split("\n\n").Single(text => text.StartsWith("Bytes inside sites", StringComparison.Ordinal));
        Assert.Equal(
            [
                "inside sites: edge server and clients | 7 | 70 | 70 | 0", "between sites: edge servers and aggregator | 3 | 300 | 290 | 10", "past edge servers: servers and clients | 6 | 51 | 51 | 0",
                "clients among each other | 6 | 60 | 60 | 0",
            ],
            table.Split('\n', StringSplitOptions.RemoveEmptyEntries)[3..].Select(line => string.Join(" | ", line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
        Assert.DoesNotContain("Bytes inside sites", ReportTables.PlainText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public void Moves_of_the_aggregator_say_where_to_and_what_was_done_again()
    {
        var moves = new MovesRecord([new MoveRecord(61.24, "aggregator-2", "extractor", 3, 1, "it did not answer")], 9, 25_000_000, 2);
        var lines = ReportTables.PlainText(Report with { Moves = moves }).Split('\n');
        Assert.Contains("Moves of the aggregator (9 checkpoints of 25000000 B were sent; 2 times something was published before another place had one)", lines);
        Assert.Equal(
            ["61.2", "aggregator-2", "extractor", "3", "1", "it", "did", "not", "answer"],
            lines.Single(line => line.Contains("aggregator-2", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Classes_that_an_AUC_leaves_out_are_counted_beside_it()
    {
        var text = ReportTables.PlainText(Report with { Passes = [Report.Passes[0] with { AucSkipped = 2 }] });
        Assert.Contains("92.50 (2 skipped)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("skipped", ReportTables.PlainText(Report), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_lines_up_in_columns()
    {
        const string expected =
            """
            Inference
            Test  Gate        Accuracy (%)  Macro-F1 (%)  AUC (%)  Client accuracy (%)  Local ratio (%)  Bytes/sample  Degraded (%)  Latency (ms)
            ----  ----------  ------------  ------------  -------  -------------------  ---------------  ------------  ------------  ------------
            iid   FedGate            62.13         61.00    92.50                62.13            34.50        1404.2          1.25          42.3
            iid   OracleGate         75.00             -        -                75.00                -             -             -             -

            Paired comparisons over the same test pictures
            Test  First    Second     Difference (points)  95 %, these clients  95 %, other clients  Verdict on this training
            ----  -------  ---------  -------------------  -------------------  -------------------  ------------------------------------
            iid   FedGate  RanGate                  +8.25       +7.54 to +8.96      +3.25 to +13.25  FedGate is better
            iid   FedGate  LocalGate                -0.10       -0.81 to +0.61       -2.10 to +1.90  not told apart
            same  FedGate  LocalGate                -2.00       -2.50 to -1.50       -5.00 to +1.00  LocalGate is better on these clients

            Bytes and time by stage
            Stage      Messages  Sent (MB)  Share (%)  Sent again (MB)  Rounds  Last one ended (s)
            ---------  --------  ---------  ---------  ---------------  ------  ------------------
            Extractor         5      1.001     100.00            0.000       -                   -
            all               5      1.001     100.00            0.000       -                   -

            Bytes by stage and kind of message
            Stage      Kind    Messages   Sent (B)  Delivered (B)  Lost (B)
            ---------  ------  --------  ---------  -------------  --------
            extractor  update         5  1,000,500        900,500   100,000

            """;

        Assert.Equal(expected.ReplaceLineEndings("\n"), ReportTables.PlainText(Report));
    }

    [Fact]
    public void Markdown_has_passes_and_comparisons()
    {
        const string expected =
            """
            | Test | Gate | Accuracy (%) | Macro-F1 (%) | AUC (%) | Client accuracy (%) | Local ratio (%) | Bytes/sample | Degraded (%) | Latency (ms) |
            | :-- | :-- | --: | --: | --: | --: | --: | --: | --: | --: |
            | iid | FedGate | 62.13 | 61.00 | 92.50 | 62.13 | 34.50 | 1404.2 | 1.25 | 42.3 |
            | iid | OracleGate | 75.00 | - | - | 75.00 | - | - | - | - |

            | Test | First | Second | Difference (points) | 95 %, these clients | 95 %, other clients | Verdict on this training |
            | :-- | :-- | :-- | --: | --: | --: | :-- |
            | iid | FedGate | RanGate | +8.25 | +7.54 to +8.96 | +3.25 to +13.25 | FedGate is better |
            | iid | FedGate | LocalGate | -0.10 | -0.81 to +0.61 | -2.10 to +1.90 | not told apart |
            | same | FedGate | LocalGate | -2.00 | -2.50 to -1.50 | -5.00 to +1.00 | LocalGate is better on these clients |

            """;

        Assert.Equal(expected.ReplaceLineEndings("\n"), ReportTables.Markdown(Report));
    }

    [Theory]
    [InlineData(133, "iid   FedGate            62.13")]
    [InlineData(132, "iid   FedGate        62.13")]
    [InlineData(40, "- Test: iid\n  Gate: FedGate\n  Accuracy (%): 62.13\n")]
    public void A_table_that_is_wider_than_the_terminal_has_a_cell_a_line(int width, string says) =>
        Assert.Contains(says, ReportTables.PlainText(Report, width), StringComparison.Ordinal);

    [Fact]
    public void A_table_that_fits_keeps_its_columns_below_one_that_does_not()
    {
        var text = ReportTables.PlainText(Report, 63);

        Assert.Contains("- Test: same\n", text, StringComparison.Ordinal);
        Assert.Contains("extractor  update         5  1,000,500        900,500   100,000\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_records_has_no_tables() => Assert.Equal("", ReportTables.PlainText(Samples.Empty()));

    [Fact]
    public void A_bar_in_a_name_does_not_break_a_markdown_row() =>
        Assert.Contains("| a\\|b |", ReportTables.Markdown(Report with { Passes = [Report.Passes[0] with { Gate = "a|b" }] }));
}
