using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Sweeps;

namespace NMoE.Reporting.Tests.Sweeps;

public sealed class SweepFilesSpecs
{
    [Fact]
    public void Rows_bear_the_place_on_each_axis_and_what_was_measured()
    {
        var rows = Rows(Result("axes.channel { wifi { channel.profile = wifi }, \"lte, far\" { channel.profile = lte } }"));
        Assert.Equal(1 + (2 * 8), rows.Length);
        var (head, far) = (Fields(rows[0]), Fields(rows[9]));
        Assert.Equal(["channel", "run", "configHash", "test", "gate", "note", "failed", "accuracy"], head[..8]);
        Assert.StartsWith("\"lte, far\",", rows[9], StringComparison.Ordinal);
        Assert.Equal(head.Length, far.Length);
        Assert.Equal("fedgate", far[Array.IndexOf(head, "gate")]);
        Assert.Equal(Samples.TenClients().Passes[0].Accuracy.ToString("R", System.Globalization.CultureInfo.InvariantCulture), far[Array.IndexOf(head, "accuracy")]);
        Assert.Equal((33_600_000 + 33_600_000 + 33_612_000 + 819_200).ToString(System.Globalization.CultureInfo.InvariantCulture), far[Array.IndexOf(head, "sentBytes")]);
        Assert.Equal("", far[Array.IndexOf(head, "epsilon")]);
    }

    [Fact]
    public void An_axis_with_the_name_of_a_measure_has_a_column_of_its_own()
    {
        var head = Fields(Rows(Result("axes.gate { 1 { inference.k = 1 } }"))[0]);
        Assert.Equal(["axis.gate", "gate"], head.Where(name => name.EndsWith("gate", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_experiment_that_failed_has_a_row_with_the_reason()
    {
        var result = Result("axes.k { 1 { inference.k = 1 }, 2 { inference.k = 2 } }");
        var rows = Rows(result with { Reports = result.Reports.SetItem(1, null), Failures = ImmutableSortedDictionary<int, string>.Empty.Add(1, "The disk is full.") });
        var last = Fields(rows[^1]);
        Assert.Equal("The disk is full.", last[Array.IndexOf(Fields(rows[0]), "failed")]);
        Assert.Equal("2", last[0]);
        Assert.All(last[7..], Assert.Empty);
    }

    /// <summary>The expected text follows from the table's cells by LaTeX's own rules for its special signs.</summary>
    [Fact]
    public void Latex_has_a_booktabs_table_in_which_no_sign_is_a_command()
    {
        var text = SweepTables.Latex(Result("axes.\"share_of % & $\" { \"a#b\" { inference.k = 1 }, \"c^d~e\" { inference.k = 2 }, \"-3 to +4\" { inference.k = 3 }, \"-0.5\" { inference.k = 4 } }"));
        Assert.Contains("\n-3 to +4 & same & FedGate & ", text, StringComparison.Ordinal);
        Assert.Contains("\n$-0.5$ & same & FedGate & ", text, StringComparison.Ordinal);
        Assert.Contains("\\toprule\nShare\\_of \\% \\& \\$ & Test & Gate & ", text, StringComparison.Ordinal);
        Assert.Contains("a\\#b & same & FedGate & ", text, StringComparison.Ordinal);
        Assert.Contains("c\\textasciicircum{}d\\textasciitilde{}e & same & ", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Split("\\begin{tabular}{").Length - 1);
        Assert.Equal(3, text.Split("\\bottomrule\n\\end{tabular}\n\\end{table}\n").Length - 1);
        foreach (var line in text.Split('\n').Where(line => line.EndsWith("\\\\", StringComparison.Ordinal)))
            Assert.Matches(@"^([^&%#_^~$]|\\[&%#_$]|\\text\w+\{\}|\$[-+<>|][^$]*\$|\$[<>|]\$| & )*\\\\$", line);
    }

    /// <summary>9.98 points apart, t(0.975, 1) = 12.706: 50 +- 63.5 points, of which a share can have 0 to 100.</summary>
    [Fact]
    public void Two_seeds_are_said_to_say_little_and_no_interval_leaves_what_a_share_can_be()
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => "sweep { axes.seed { 1 { seed = 1 }, 2 { seed = 2 } }, repeat = seed }");
        var table = SweepTables.PlainText(new SweepResult(plan, [OfAccuracy(0.45), OfAccuracy(0.55)]));
        Assert.Contains("of two seeds such an interval says little", table, StringComparison.Ordinal);
        Assert.Contains("0.00 to 100.00", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.12, 0.12, 0.12, 0.12, 0.12, 0.175 }, "hardly above guessing")]
    [InlineData(new[] { 0.1, 0.2, 0.25, 0.309, 0.28, 0.26, 0.259 }, "below its best")]
    [InlineData(new[] { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7 }, "still rising")]
    [InlineData(new[] { 0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5 }, "flat within a point")]
    public void The_end_of_a_curve_says_whether_anything_was_learned(double[] scores, string end)
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => "sweep { axes.k { 1 { inference.k = 1 }, 2 { inference.k = 2 } }, claims = [\"2 > 1\"] }");
        var pass = Samples.TenClients().Passes[0] with { ClassRouting = [.. Enumerable.Repeat(ImmutableArray.Create(1.0), 10)], AccuracyLow = 0.6, AccuracyHigh = 0.8 };
        var report = new RunReport("curve", [.. scores.Select((score, round) => new RoundRecord("extractor", round + 1, round, 1, 1, score, 3))], [pass], [], []);
        var text = SweepTables.PlainText(new SweepResult(plan, [report, report]));
        Assert.Contains(end, text, StringComparison.Ordinal);
        Assert.Equal(end != "flat within a point", text.Contains("unresolved", StringComparison.Ordinal));
    }

    [Fact]
    public void Experiments_with_one_curve_share_its_row()
    {
        var lines = SweepTables.PlainText(Result("axes { channel { wifi { channel.profile = wifi }, lte { channel.profile = lte } }, k { 1 { inference.k = 1 }, 2 { inference.k = 2 } } }")).Split('\n');
        Assert.Single(lines, line => line.Contains("flat", StringComparison.Ordinal) || line.Contains("rising", StringComparison.Ordinal));
        Assert.Matches("^wifi, lte  1, 2  2: [0-9.]+, 4: ", Assert.Single(lines, line => line.StartsWith("wifi, lte", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_sweep_leaves_its_rows_and_tables_beside_its_runs()
    {
        using var folder = new TemporaryFolder();
        var files = SweepWriter.Write(Result("axes.k { 1 { inference.k = 1 } }"), new RunWriter(folder.Path), _ => { });
        Assert.Equal(["index.html", "tables.md", "results.csv", "results.tex"], files.Select(file => Path.GetFileName(file)).Take(4));
    }

    private static RunReport OfAccuracy(double accuracy) => new("seed", [], [Samples.TenClients().Passes[0] with { Accuracy = accuracy }], [], []);

    private static SweepResult Result(string axes)
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => $"experiment.name = grid, sweep {{ {axes} }}");
        return new SweepResult(plan, [.. plan.Points.Select(_ => Samples.TenClients())]);
    }

    private static string[] Rows(SweepResult result) => SweepCsv.Write(result).TrimEnd('\n').Split('\n');

    private static string[] Fields(string line) => NMoE.Reporting.Files.Csv.Rows(line).Single().Fields;
}
