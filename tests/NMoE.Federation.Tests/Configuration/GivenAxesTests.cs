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

    [Fact]
    public void An_axis_of_the_file_and_a_given_one_do_not_vary_one_key() =>
        Assert.Throws<ConfigurationException>(() => Read(Quick + "sweep.axes.k { 1 { inference.k = 1 }, 2 { inference.k = 2 } }", "inference.k=1,2"));

    private static SweepPlan Read(string text, params string[] axes) => SweepReader.Read("q.conf", [], axes, _ => text);
}
