using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Sweeps;

namespace NMoE.Reporting.Tests.Sweeps;

/// <summary>Two methods with three seeds each. All expected numbers by hand: t(0.975, 2) = 4.302653.</summary>
public sealed class SeedSweepSpecs
{
    private const string Text = """
        experiment.name = seeds
        sweep {
          axes { seed { a { seed = 1 }, b { seed = 2 }, c { seed = 3 } }, method { FedCE { extractor.method = fedce }, FedSC { extractor.method = fedsc } } }
          repeat = seed
          paper { FedCE { fedgate = [89.6, 89.51, 97.29] } }
          claims = ["fedgate > rangate", "FedSC > FedCE"]
          figure { axis = method, gates = [fedgate] }
        }
        """;

    /// <summary>Mean 53, s = sqrt(13) points, s/sqrt 3 = 2.0817: 53 +- 8.9567.</summary>
    [Fact]
    public void A_row_is_the_mean_over_the_seeds_with_its_t_interval()
    {
        var rows = Lines([0.50, 0.52, 0.57], [0.6, 0.6, 0.6]).Where(line => line.StartsWith("FedCE   same  FedGate      3", StringComparison.Ordinal));
        Assert.Equal(
            "FedCE   same  FedGate      3         53.00  44.04 to 61.96         43.00  34.04 to 51.96    63.00  54.04 to 71.96          33.00           73.00            10.00           89.60     89.51      97.29",
            Assert.Single(rows));
    }

    /// <summary>Differences of 2.0, 2.1 and 1.9 points: s = 0.1, half-width 0.2484; the seeds themselves spread over seven points.</summary>
    [Fact]
    public void Methods_are_compared_seed_for_seed()
    {
        var line = Assert.Single(Lines([0.50, 0.52, 0.57], [0.52, 0.541, 0.589]), line => line.StartsWith("FedSC > FedCE", StringComparison.Ordinal));
        Assert.Matches(@" \+2\.00 +\+1\.75 to \+2\.25  seen$", line);
    }

    /// <summary>Differences of 2, 1 and 3 points: s = 1, half-width 2.4841.</summary>
    [Fact]
    public void Differences_that_spread_as_much_as_they_differ_are_not_told_apart()
    {
        var line = Assert.Single(Lines([0.48, 0.51, 0.54], [0.50, 0.52, 0.57]), line => line.StartsWith("FedSC > FedCE", StringComparison.Ordinal));
        Assert.Matches(@" \+2\.00 +-0\.48 to \+4\.48  not told apart$", line);
    }

    /// <summary>RanGate lies 10, 11 and 12 points below: mean 11, s = 1, half-width 2.4841. The paired interval of a run, 0.5, is not read.</summary>
    [Fact]
    public void Gates_are_compared_seed_for_seed()
    {
        var line = Assert.Single(Lines([0.50, 0.52, 0.57], [0.5, 0.5, 0.5]), line => line.StartsWith("FedGate > RanGate  FedCE", StringComparison.Ordinal));
        Assert.Matches(@" \+11\.00 +\+8\.52 to \+13\.48  seen$", line);
    }

    [Fact]
    public void A_seed_that_failed_counts_on_neither_side()
    {
        var result = Result([0.50, 0.52, 0.57], [0.52, 0.541, 0.9]);
        var lines = SweepTables.PlainText(result with
        {
            Reports = result.Reports.SetItem(5, null),
            Failures = ImmutableSortedDictionary<int, string>.Empty.Add(5, "No memory."),
        }).Split('\n');

        // Differences 2.0 and 2.1: s = 0.0707, s/sqrt 2 = 0.05, t(0.975, 1) = 12.7062: half-width 0.6353.
        Assert.Matches(@" \+2\.05 +\+1\.41 to \+2\.69  seen$", Assert.Single(lines, line => line.StartsWith("FedSC > FedCE", StringComparison.Ordinal)));
        Assert.EndsWith("failed: seed c: No memory.", Assert.Single(lines, line => line.Contains("failed", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("FedSC   same  FedGate      2         53.05", string.Join('\n', lines), StringComparison.Ordinal);
    }

    /// <summary>Where an axis is of gates, no two labels serve the same one: what stands for each is compared, and both are named. Differences as above.</summary>
    [Fact]
    public void Labels_that_serve_other_gates_are_compared_all_the_same()
    {
        var result = Result([0.50, 0.52, 0.57], [0.52, 0.541, 0.589]);
        var others = result with { Reports = [.. result.Reports.Select((report, number) => number % 2 == 0 ? report : report! with { Passes = [report.Passes[0] with { Gate = "des" }] })] };
        var line = Assert.Single(SweepTables.PlainText(others).Split('\n'), line => line.StartsWith("FedSC > FedCE", StringComparison.Ordinal));
        Assert.Matches(@"DES, FedGate .*\+2\.00 +\+1\.75 to \+2\.25  seen$", line);
    }

    [Fact]
    public void The_figure_has_a_curve_of_means()
    {
        var figure = Assert.Single(SweepFigures.Draw(Result([0.50, 0.52, 0.57], [0.6, 0.6, 0.6])));
        Assert.Contains("means and 95 % t-intervals over seeds", figure.Caption, StringComparison.Ordinal);
    }

    private static string[] Lines(double[] fedce, double[] fedsc) => SweepTables.PlainText(Result(fedce, fedsc)).Split('\n');

    private static SweepResult Result(double[] fedce, double[] fedsc)
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => Text);
        return new SweepResult(plan, [.. fedce.Zip(fedsc).SelectMany((pair, seed) => new[] { Report(pair.First, seed), Report(pair.Second, seed) })]);
    }

    private static RunReport Report(double fedgate, int seed) => new(
        "seeds",
        [new RoundRecord("extractor", 1, 1, 1, 1, 0.40, 3), new RoundRecord("extractor", 2, 2, 2, 1, 0.405, 3)],
        [Pass("fedgate", fedgate), Pass("rangate", fedgate - 0.10 - (0.01 * seed))],
        [new ComparisonRecord("same", "fedgate", "rangate", 0.1, 0.005)], []);

    private static PassRecord Pass(string gate, double accuracy) =>
        new(gate, "same", accuracy, accuracy - 0.1, accuracy + 0.1, accuracy, accuracy - 0.2, accuracy + 0.2, 0.1, 500, 0, 0.1, [[1]])
        {
            AccuracyLow = accuracy - 0.001,
            AccuracyHigh = accuracy + 0.001,
        };
}
