using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Tests.Configuration;

public sealed class SweepReaderTests
{
    private const string Axes = """
        experiment.name = grid
        data.tau = 0.7
        sweep.axes {
          partition {
            "IID" { data.partition = iid }
            "Non-IID (0.2)" { data { partition = non-iid, tau = 0.2 } }
          }
          k { 1 { inference.k = 1 }, 3 { inference.k = 3 } }
        }

        """;

    [Fact]
    public void The_first_axis_varies_slowest_and_labels_keep_their_order()
    {
        var sweep = Read(Axes);
        Assert.Equal(("grid", "partition, k"), (sweep.Name, string.Join(", ", sweep.Axes)));
        Assert.Equal(
            ["IID/1", "IID/3", "Non-IID (0.2)/1", "Non-IID (0.2)/3"], sweep.Points.Select(point => string.Join('/', point.Labels)));
        var last = sweep.Points[^1].Configuration.Settings;
        Assert.Equal((PartitionKind.NonIid, 0.2, 3, "grid-non-iid-0-2-3"), (last.Data.Partition, last.Data.Tau, last.Inference.K, last.Experiment.Name));
    }

    [Fact]
    public void An_override_counts_everywhere_and_a_label_beats_the_file()
    {
        var sweep = Read(Axes, "gate.rounds=2");
        Assert.All(sweep.Points, point => Assert.Equal(2, point.Configuration.Settings.Gate.Rounds));
        Assert.Equal([0.7, 0.7, 0.2, 0.2], sweep.Points.Select(point => point.Configuration.Settings.Data.Tau));
    }

    [Fact]
    public void An_override_of_what_an_axis_varies_is_refused_for_its_labels_would_not_be_true()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(Axes, "inference.k=2"));
        Assert.Equal(("inference.k", "the axis 'k' of this sweep varies this key"), (refused.Key, refused.Problem));
    }

    [Fact]
    public void Common_keys_need_to_fit_only_with_an_axis_beside_them() =>
        Assert.Equal([20, 50], Read("experiment.name = many\ninference.k = 12\nsweep.axes.clients { 20 { experiment.clients = 20 }, 50 { experiment.clients = 50 } }")
            .Points.Select(point => point.Configuration.Settings.Experiment.Clients));

    [Fact]
    public void What_differs_from_the_paper_is_known_of_each_point()
    {
        var point = Read(Axes, "profile=cpu").Points[0];
        Assert.Equal((16, 64), (point.Configuration.Settings.Model.Width, point.PaperSetting.Settings.Model.Width));
    }

    [Fact]
    public void A_file_without_axes_is_a_sweep_of_one() => Assert.Empty(Assert.Single(Read("experiment.name = alone").Points).Labels);

    [Fact]
    public void A_papers_rows_claims_and_a_figure_are_read()
    {
        var sweep = Read(Axes + """
            sweep.paper { "IID" { 1 { fedgate = [89.60, 89.51, 97.29] } } }
            sweep.claims = ["fedgate > rangate", "3 > 1"]
            sweep.figure { axis = k, title = "Experts", gates = [fedgate, rangate] }
            """);
        var row = Assert.Single(sweep.Paper);
        Assert.Equal(("IID/1", "fedgate", 89.6, 89.51, 97.29), (string.Join('/', row.Labels), row.Gate, row.Accuracy, row.MacroF1, row.Auc));
        Assert.Equal([new OrderingClaim("fedgate", "rangate"), new OrderingClaim("3", "1")], sweep.Claims.AsEnumerable());
        Assert.Equal(("k", "Experts", 2), (sweep.Figure!.Axis, sweep.Figure.Title, sweep.Figure.Gates.Length));
        Assert.Equal([SweepDrawing.Accuracy], sweep.Figure.Drawings.AsEnumerable());
    }

    [Fact]
    public void Figures_are_drawn_in_the_order_in_which_they_are_named() => Assert.Equal(
        [SweepDrawing.Time, SweepDrawing.Degraded, SweepDrawing.Bytes, SweepDrawing.Accuracy],
        Read(Axes + "sweep.figure { axis = k, draw = [time, degraded, bytes, accuracy, time] }").Figure!.Drawings.AsEnumerable());

    [Theory]
    [InlineData("sweep.axis { a { x { seed = 1 } } }", "sweep.axis.a.x.seed", "a sweep has no such key")]
    [InlineData("sweep.axes { a { x { sead = 1 } } }", "sead", "there is no such key")]
    [InlineData("sweep.axes { k { 11 { inference.k = 11 } } }", "inference.k", "11 experts a sample are more than the 10 there are")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.paper { 2 { fedgate = [1, 2, 3] } }", "sweep.paper.2.fedgate", "these are not a label of each axis and a gate")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.paper { 1 { fedgate = [1, 2, 300] } }", "sweep.paper.1.fedgate", "[1, 2, 300] is not a row of a table")]
    [InlineData("sweep.claims = [\"fedgate\"]", "sweep.claims", "'fedgate' is not an ordering")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.figure { axis = k, draw = [pie] }", "sweep.figure.draw", "[pie] is no list of figures")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.figure { axis = k, draw = time }", "sweep.figure.draw", "'time' is no list of figures")]
    [InlineData("sweep.figure.axis = tau", "sweep.figure.axis", "a figure needs an axis of the sweep")]
    public void What_is_wrong_in_a_sweep_is_refused_with_its_line(string text, string key, string problem)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(text));
        Assert.Equal((key, problem), (refused.Key, refused.Problem));
        Assert.True(refused.Line > 0);
    }

    [Fact]
    public void A_sweep_run_as_one_experiment_is_refused_with_the_right_command() =>
        Assert.Contains("nmoe sweep experiments/x.conf", Experiments.Refuse(Axes).Remedy, StringComparison.Ordinal);

    private static SweepPlan Read(string text, params string[] sets) =>
        SweepReader.Read(Experiments.File, sets, file => file == Experiments.File ? text : null);
}
