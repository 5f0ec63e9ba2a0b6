using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Sweeps;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Tests.Tables;

/// <summary>What it took to reach an accuracy, of a curve that a hand has drawn: 30 %, not measured, 72 %, 69 % and 75 % at 10, 20, .. seconds, 1000 B and 2 J a round.</summary>
public sealed class TargetSpecs
{
    private static readonly double?[] s_curve = [0.3, null, 0.72, 0.69, 0.75];

    /// <summary>The first round that is scored so high, whatever comes after; the experts were ready at 70 s, the gate at 100 s.</summary>
    [Theory]
    [InlineData(0.3, TargetRecord.GlobalModel, 10.0, 1000, 2.0)]
    [InlineData(0.7, TargetRecord.GlobalModel, 30.0, 3000, 6.0)]
    [InlineData(0.72, TargetRecord.GlobalModel, 30.0, 3000, 6.0)]
    [InlineData(0.73, TargetRecord.GlobalModel, 50.0, 5000, 10.0)]
    [InlineData(0.8, TargetRecord.GlobalModel, null, null, null)]
    [InlineData(0.7, "localgate", 70.0, 5400, 13.0)]
    [InlineData(0.7, "fedgate", 100.0, 6400, 20.0)]
    [InlineData(0.85, "localgate", null, null, null)]
    [InlineData(0.85, "fedgate", 100.0, 6400, 20.0)]
    public void A_target_was_reached_when_it_first_was(double target, string of, double? seconds, int? bytes, double? joules)
    {
        var report = Report(1, target);
        var record = report.Targets.Single(one => one.Of == of);
        Assert.Equal((seconds, bytes, joules), (record.VirtualSeconds, record.Bytes, record.Joules));
        if (of == TargetRecord.GlobalModel)
        {
            var first = report.Rounds.FirstOrDefault(round => round.Stage == "extractor" && round.Accuracy >= target);
            Assert.Equal(first?.VirtualSeconds, record.VirtualSeconds);
        }
    }

    [Fact]
    public void One_that_was_never_reached_is_said_so_with_the_best_there_was()
    {
        var text = ReportTables.PlainText(Report(1, 0.7, 0.8));
        Assert.Matches(@"\n +70  Global model +same +30\.0 +0\.0 +6\.0  yes\n", text);
        Assert.Matches(@"\n +80  Global model +same +- +- +-  no: 75 % at most\n", text);
    }

    [Fact]
    public void A_line_of_the_metrics_holds_what_the_table_says()
    {
        var lines = System.Text.Encoding.UTF8.GetString(CanonicalForm.Metrics(Report(1, 0.7))).Split('\n').Where(line => line.StartsWith("{\"line\":\"target\"", StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, lines.Length);
        Assert.Equal("""{"line":"target","target":0.7,"of":"global-model","test":"same","best":0.75,"virtualSeconds":30,"bytes":3000,"joules":6}""", lines[0]);
        Assert.DoesNotContain("\"target\"", System.Text.Encoding.UTF8.GetString(CanonicalForm.Metrics(Report(1))), StringComparison.Ordinal);
    }

    /// <summary>Two networks, one ten times slower: one command's rows, LaTeX and table say how long each took.</summary>
    [Fact]
    public void A_sweep_says_what_it_took_each_of_its_experiments()
    {
        var plan = SweepReader.Read("x.conf", ["evaluation.targets=[0.7, 0.9]"], [], _ => "sweep { axes.channel { wifi { channel.profile = wifi }, nb-iot { channel.profile = nb-iot } } }");
        var result = new SweepResult(plan, [Report(1, 0.7, 0.9), Report(10, 0.7, 0.9)]);

        var rows = SweepCsv.Write(result).TrimEnd('\n').Split('\n').Select(line => NMoE.Reporting.Files.Csv.Rows(line).Single().Fields).ToArray();
        string Cell(int row, string name) => rows[row][Array.IndexOf(rows[0], name)];
        Assert.Equal(["localgate", "fedgate", "localgate", "fedgate"], rows[1..].Select(row => row[Array.IndexOf(rows[0], "gate")]));
        Assert.Equal(("30", "300"), (Cell(1, "globalSecondsTo0.7"), Cell(4, "globalSecondsTo0.7")));
        Assert.Equal(("70", "1000", "6400"), (Cell(1, "secondsTo0.7"), Cell(4, "secondsTo0.7"), Cell(4, "bytesTo0.7")));
        Assert.Equal("", Cell(1, "secondsTo0.9") + Cell(1, "globalJoulesTo0.9"));
        Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));

        var text = SweepTables.PlainText(result);
        Assert.Matches(@"\n +70  wifi +Global model +same +30\.0 ", text);
        Assert.Matches(@"\n +70  nb-iot +Global model +same +300\.0 ", text);
        Assert.Contains("70 & nb-iot & Global model & same & 300.0 & ", SweepTables.Latex(result), StringComparison.Ordinal);
        Assert.Contains("90 & wifi & LocalGate & same & - & - & - & no: 80 \\% at most", SweepTables.Latex(result), StringComparison.Ordinal);
    }

    /// <summary>One seed of two that did not get there leaves no mean of the others, which would be of the lucky ones.</summary>
    [Fact]
    public void A_mean_over_seeds_is_of_all_of_them_or_of_none()
    {
        var plan = SweepReader.Read("x.conf", ["evaluation.targets=[0.7]"], [], _ => "sweep { axes.seed { 1 { seed = 1 }, 2 { seed = 2 } }, repeat = seed }");
        var slow = Report(3, 0.7);
        var reached = SweepTables.PlainText(new SweepResult(plan, [Report(1, 0.7), slow]));
        Assert.Matches(@"\n +70  Global model +same +60\.0 ", reached);
        var failed = slow with { Targets = [.. slow.Targets.Select(target => target with { VirtualSeconds = null, Bytes = null, Joules = null })] };
        Assert.Matches(@"\n +70  Global model +same +- +- +-  by 1 of 2\n", SweepTables.PlainText(new SweepResult(plan, [Report(1, 0.7), failed])));
    }

    private static RunReport Report(double slower, params double[] targets)
    {
        var pass = Samples.FiveClients().Passes[0] with { Test = "same" };
        RoundRecord Round(string stage, int number, double seconds, double? accuracy) =>
            new(stage, number, slower * seconds, (long)(100 * seconds), 1, accuracy, 3) { JoulesSoFar = slower * seconds / 5 };
        var report = new RunReport(
            "curve", [.. s_curve.Select((accuracy, index) => Round("extractor", index + 1, 10 * (index + 1), accuracy)), Round("gate", 1, 100, null)],
            [pass with { Gate = "localgate", Accuracy = 0.8 }, pass with { Gate = "fedgate", Accuracy = 0.9 }], [],
            [
                new("extractor", "aggregator", "client-0", "TrainRound", 5, 5000, 5000, 0) { Retransmitted = 300 }, new("expert", "client-0", "aggregator", "Ready", 1, 100, 100, 0),
                new("gate", "client-0", "aggregator", "RoundUpdate", 1, 1000, 1000, 0), new("rollgate", "client-0", "client-1", "RollingGate", 1, 70, 70, 0),
                new("inference/fedgate/same", "client-0", "client-1", "RouteLatents", 1, 9999, 9999, 0),
            ])
        {
            Experts = new(slower * 70) { JoulesSoFar = 13 * slower },
        };
        return report with { Targets = Spending.Of(report, [.. targets], _ => true) };
    }
}
