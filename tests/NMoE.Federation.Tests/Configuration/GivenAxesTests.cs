using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;

namespace NMoE.Federation.Tests.Configuration;

public sealed class GivenAxesTests
{
    private const string Quick = "experiment.name = q\n";

    [Fact]
    public void A_range_and_a_list_span_the_grid_that_a_file_would()
    {
        var given = Read(Quick, "inference.k=1,2", "seed=3..5");
        var written = SweepReader.Read("f.conf", [], [], _ => Quick + """
            sweep {
              axes { inference.k { 1 { inference.k = 1 }, 2 { inference.k = 2 } } }
            }
            """.Replace("inference.k {", "\"inference.k\" {", StringComparison.Ordinal));
        Assert.Equal("inference.k, seed", string.Join(", ", given.Axes));
        Assert.Equal(["1/3", "1/4", "1/5", "2/3", "2/4", "2/5"], given.Points.Select(point => string.Join('/', point.Labels)));
        Assert.Equal([3ul, 4, 5, 3, 4, 5], given.Points.Select(point => point.Configuration.Settings.Seed));
        Assert.Equal(written.Axes[0], given.Axes[0]);
        Assert.Equal(written.Points.Select(point => point.Configuration.Settings.Inference.K).Distinct(), given.Points.Select(point => point.Configuration.Settings.Inference.K).Distinct());
    }

    [Fact]
    public void Seeds_are_repeats_unless_the_file_names_others()
    {
        Assert.Equal("seed", Read(Quick, "seed=1..3").Repeat);
        Assert.Equal("gate.seed", Read(Quick, "gate.seed=1..3").Repeat);
        Assert.Null(Read(Quick, "inference.k=1,2").Repeat);
        Assert.Equal("s", Read(Quick + "sweep { axes.s { a { seed = 1 }, b { seed = 2 } }, repeat = s }", "inference.k=1,2").Repeat);
    }

    [Fact]
    public void A_comma_within_brackets_or_quotes_parts_nothing() =>
        Assert.Equal(
            ["[fedgate, localgate]", "[rangate]"],
            Read(Quick, "inference.gates=[fedgate, localgate],[rangate]").Points.Select(point => point.Labels[0]));

    [Theory]
    [InlineData("seed", "'seed' is no axis")]
    [InlineData("=1,2", "'=1,2' is no axis")]
    [InlineData("seed=1", "'seed=1' has no two values")]
    [InlineData("seed=5..1", "'5..1' is no range of at most 1000 numbers")]
    [InlineData("seed=1..100000", "'1..100000' is no range of at most 1000 numbers")]
    public void What_is_no_axis_is_refused_with_an_example(string axis, string problem)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(Quick, axis));
        Assert.Equal(problem, refused.Problem);
        Assert.Contains("--axis seed=1..5", refused.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sed=1,2", "seed")]
    [InlineData("gate.mode=soft,nonsense", "--axis")]
    [InlineData("seed=1,1", "seed")]
    public void A_value_is_held_to_what_a_file_may_say(string axis, string named) =>
        Assert.Contains(named, Assert.Throws<ConfigurationException>(() => Read(Quick, axis)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("seed { 1 { seed = 1 }, 2 { seed = 2 } }", "--axis: seed: --axis seed=3..5 varies what the axis 'seed' of the file varies (q.conf:2).", "seed=3..5")]
    [InlineData("seed { a { inference.k = 1 }, b { inference.k = 2 } }", "--axis: seed: --axis seed=3..5 varies what the axis 'seed' of the file varies (q.conf:2).", "seed=3..5")]
    [InlineData("k { 1 { inference.k = 1 }, 2 { inference.k = 2 } }", "--axis: inference.k: --axis inference.k=1,2 varies what the axis 'k' of the file varies (q.conf:2).", "inference.k=1,2")]
    [InlineData("k { 1 { inference.k = 1 }, 2 { inference.k = 2 } }", "--axis: seed: --axis seed=3,4 varies what another --axis varies.", "seed=1,2", "seed=3,4")]
    public void What_another_axis_varies_is_not_varied_again(string axes, string message, params string[] given) =>
        Assert.StartsWith(message, Assert.Throws<ConfigurationException>(() => Read(Quick + "sweep.axes { " + axes + " }", given)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "axes { seed { 1 { seed = 1 }, 2 { seed = 2 } }, \"gate.balance\" { 0 { gate.balance = 0 }, 0.01 { gate.balance = 0.01 }, 0.1 { gate.balance = 0.1 } } }, repeat = seed", "seed=1..2", "gate.balance=0,0.01,0.1")]
    [InlineData("axes.k { a { inference.k = 1 }, b { inference.k = 2 } }", "axes { k { a { inference.k = 1 }, b { inference.k = 2 } }, \"gate.rounds\" { 1 { gate.rounds = 1 }, 2 { gate.rounds = 2 } } }", "gate.rounds=1,2")]
    public void It_is_the_sweep_of_the_file_that_says_the_same(string beside, string written, params string[] given)
    {
        var file = SweepReader.Read("q.conf", [], [], _ => Quick + "sweep { " + written.Replace("0.01 {", "\"0.01\" {", StringComparison.Ordinal).Replace("0.1 {", "\"0.1\" {", StringComparison.Ordinal) + " }");
        var line = Read(Quick + (beside.Length > 0 ? "sweep { " + beside + " }" : ""), given);
        Assert.Equal((file.Name, file.Repeat, file.Hash), (line.Name, line.Repeat, line.Hash));
        Assert.Equal(file.Axes.AsEnumerable(), line.Axes);
        Assert.Equal(file.Points.Select(point => point.Configuration.Settings.Experiment.Name), line.Points.Select(point => point.Configuration.Settings.Experiment.Name));
        Assert.Equal(file.Points.SelectMany(point => point.Differences), line.Points.SelectMany(point => point.Differences));
    }

    private static SweepPlan Read(string text, params string[] axes) => SweepReader.Read("q.conf", [], axes, _ => text);
}
