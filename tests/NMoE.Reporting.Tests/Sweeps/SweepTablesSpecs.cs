using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Sweeps;

namespace NMoE.Reporting.Tests.Sweeps;

public sealed class SweepTablesSpecs
{
    private const string Text = """
        experiment.name = grid
        sweep {
          axes.method { FedCE { extractor.method = fedce }, FedSC { extractor.method = fedsc } }
          paper { FedCE { fedgate = [89.6, 89.51, 97.29] } }
          claims = ["fedgate > rangate", "FedSC > FedCE"]
          figure { axis = method, title = "Method", gates = [fedgate] }
        }
        """;

    [Fact]
    public void A_papers_row_stands_beside_ours_and_only_there()
    {
        var table = SweepTables.PlainText(Result(0.5, 0.52));
        Assert.Contains("FedCE   same  FedGate         50.00  49.00 to 51.00", table, StringComparison.Ordinal);
        Assert.Contains("89.60     89.51      97.29\n", table, StringComparison.Ordinal);
        Assert.Single(table.Split('\n'), line => line.Contains("89.60", StringComparison.Ordinal));
    }

    /// <summary>Half-widths of one point each: a difference of sqrt(2) points is the least that can be told apart.</summary>
    [Theory]
    [InlineData(0.50, 0.52, "+2.00", "seen")]
    [InlineData(0.50, 0.51, "+1.00", "not told apart")]
    [InlineData(0.50, 0.48, "-2.00", "the reverse")]
    public void An_ordering_is_seen_where_the_intervals_say_so(double fedce, double fedsc, string difference, string verdict)
    {
        var line = Assert.Single(SweepTables.PlainText(Result(fedce, fedsc)).Split('\n'), line => line.StartsWith("FedSC > FedCE", StringComparison.Ordinal));
        Assert.Contains(difference, line, StringComparison.Ordinal);
        Assert.EndsWith(verdict, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Gates_are_compared_by_the_pairs_that_were_measured()
    {
        var line = SweepTables.PlainText(Result(0.5, 0.5)).Split('\n').First(line => line.StartsWith("FedGate > RanGate", StringComparison.Ordinal));
        Assert.Contains("+10.00  +9.50 to +10.50  seen", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_curve_still_rises_no_ordering_is_called_seen()
    {
        var result = Result(0.5, 0.52, last: 0.45);
        Assert.Contains("unresolved: seen, but curves still rise", SweepTables.PlainText(result), StringComparison.Ordinal);
        Assert.Matches("2: 40.0, 4: 45.0 +still rising", SweepTables.PlainText(result));
    }

    [Fact]
    public void An_experiment_that_failed_stands_in_the_table_with_its_reason()
    {
        var result = Result(0.5, 0.5);
        var table = SweepTables.PlainText(result with
        {
            Reports = result.Reports.SetItem(1, null),
            Failures = ImmutableSortedDictionary<int, string>.Empty.Add(1, "The disk is full."),
        });
        var line = Assert.Single(table.Split('\n'), line => line.StartsWith("FedSC   ", StringComparison.Ordinal));
        Assert.EndsWith("-  failed: The disk is full.", line, StringComparison.Ordinal);
        Assert.Contains("FedCE   same  FedGate", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baselines_row_says_what_its_name_does_not()
    {
        var result = Result(0.5, 0.5);
        var report = result.Reports[0]! with { Passes = [Pass("fedgate", 0.5), Pass("fedavg-classifier", 0.4) with { Note = "averaged by scaffold" }] };
        Assert.Contains(
            "same  FedAvg of the classifier (averaged by scaffold)", SweepTables.PlainText(result with { Reports = result.Reports.SetItem(0, report) }), StringComparison.Ordinal);
        Assert.Contains("same  FedAvg of the classifier (averaged by scaffold)", Reporting.Tables.ReportTables.PlainText(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_papers_row_stands_beside_its_own_test_set_only()
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => """
            inference.test-partitions = [same, iid]
            sweep { axes.k { 1 { inference.k = 1 } }, paper.iid { 1 { fedgate = [89.6, 89.51, 97.29] } } }
            """);
        var report = Report(0.5, 0.4) with { Passes = [Pass("fedgate", 0.5), Pass("fedgate", 0.6) with { Test = "iid" }] };
        var line = Assert.Single(SweepTables.PlainText(new SweepResult(plan, [report])).Split('\n'), line => line.Contains("89.60", StringComparison.Ordinal));
        Assert.StartsWith("1  iid   FedGate", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_differ_from_the_papers_are_listed()
    {
        var line = Assert.Single(SweepTables.Markdown(Result(0.5, 0.5)).Split('\n'), line => line.StartsWith("| model.width", StringComparison.Ordinal));
        Assert.Equal("| model.width | 16 | 64 | 2 |", line);
    }

    [Fact]
    public void The_figure_is_the_same_bytes_each_time()
    {
        var (first, second) = (SweepFigures.Draw(Result(0.5, 0.52)), SweepFigures.Draw(Result(0.5, 0.52)));
        Assert.Equal("grid-same", Assert.Single(first).Name);
        Assert.Equal(first[0].Png.ToArray(), second[0].Png.ToArray());
    }

    private static SweepResult Result(double fedce, double fedsc, double last = 0.405)
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => Text);
        return new SweepResult(plan, [Report(fedce, last), Report(fedsc, last)]);
    }

    private static RunReport Report(double fedgate, double last) => new(
        "grid",
        [new RoundRecord("extractor", 1, 1, 1, 1, 0.40, 3), new RoundRecord("extractor", 2, 2, 2, 1, last, 3)],
        [Pass("fedgate", fedgate), Pass("rangate", fedgate - 0.1)],
        [new ComparisonRecord("same", "fedgate", "rangate", 0.1, 0.005)], []);

    private static PassRecord Pass(string gate, double accuracy) =>
        new(gate, "same", accuracy, accuracy, 0.9, accuracy, accuracy, 0.9, 0.1, 500, 0, 0.1, [[1]]) { AccuracyLow = accuracy - 0.01, AccuracyHigh = accuracy + 0.01 };
}
