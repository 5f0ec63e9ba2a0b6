using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;
using NMoE.Learning.Partitions;

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
    public void Labels_without_a_letter_that_a_folder_takes_are_told_apart_by_a_hash()
    {
        var plan = SweepReader.Read("s.conf", [], [], _ => "experiment.name = s\nsweep.axes.a { \"\u65E5\u672C\" { seed = 1 }, \"\u4E2D\u56FD\" { seed = 2 } }");
        var names = plan.Points.Select(point => point.Configuration.Settings.Experiment.Name).ToArray();
        Assert.Equal(2, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^s-[0-9a-f]{8}$", name));
    }

    [Fact]
    public void The_first_axis_varies_slowest_and_labels_keep_their_order()
    {
        var sweep = Read(Axes);
        Assert.Equal(("grid", "partition, k"), (sweep.Name, string.Join(", ", sweep.Axes)));
        Assert.Equal(
            ["IID/1", "IID/3", "Non-IID (0.2)/1", "Non-IID (0.2)/3"], sweep.Points.Select(point => string.Join('/', point.Labels)));
        var last = sweep.Points[^1].Configuration.Settings;
        Assert.Equal((NonIidPartition.PartitionName, 0.2, 3, "grid-non-iid-0-2-3"), (last.Data.Partition, last.Data.Tau, last.Inference.K, last.Experiment.Name));
    }

    [Fact]
    public void An_override_counts_everywhere_and_a_label_beats_the_file()
    {
        var sweep = Read(Axes, "gate.rounds=2");
        Assert.All(sweep.Points, point => Assert.Equal(2, point.Configuration.Settings.Gate.Rounds));
        Assert.Equal([0.7, 0.7, 0.2, 0.2], sweep.Points.Select(point => point.Configuration.Settings.Data.Tau));
    }

    [Fact]
    public void Common_keys_need_to_fit_only_with_an_axis_beside_them() =>
        Assert.Equal([20, 50], Read("experiment.name = many\ninference.k = 12\nsweep.axes.clients { 20 { experiment.clients = 20 }, 50 { experiment.clients = 50 } }")
            .Points.Select(point => point.Configuration.Settings.Experiment.Clients));

    [Theory]
    [InlineData("", "model.width=32", "32")]
    [InlineData("model.width = 48\n", "gate.rounds=50", "48")]
    [InlineData("", "profile=cpu", "16")]
    public void What_differs_from_the_paper_is_known_whoever_wrote_it(string text, string set, string here) =>
        Assert.All(Read(text + Axes, set).Points, point => Assert.Contains(new SettingDifference("model.width", here, "64"), point.Differences));

    [Fact]
    public void A_key_with_the_papers_value_is_no_difference_and_a_method_is_compared_with_its_own_profile()
    {
        var sweep = Read("experiment.name = grid\nprofile = paper\nsweep.axes.method { a { extractor.method = fedce }, b { extractor { method = fedsc, rounds = 7 } } }");
        Assert.Empty(sweep.Points[0].Differences);
        Assert.Equal(new SettingDifference("extractor.rounds", "7", "200"), Assert.Single(sweep.Points[1].Differences));
    }

    [Fact]
    public void A_key_that_an_axis_varies_is_a_difference_only_where_the_papers_profile_has_it()
    {
        var point = Read("profile = paper\nsweep.axes.a { x { data { partition = non-iid, train-per-client = 100 }, extractor.absent.3 = [4] } }\nmodel.norm = batch").Points[0];
        Assert.Equal(
            [new SettingDifference("data.train-per-client", "100", "2500"), new SettingDifference("model.norm", "batch", "group")],
            point.Differences.AsEnumerable());
    }

    [Fact]
    public void A_key_that_only_the_experiment_has_differs_from_none() => Assert.Equal(
        new SettingDifference("extractor.absent.3", "[4]", "none"), Assert.Single(Read("profile = paper\nextractor.absent.3 = [4]").Points[0].Differences));

    [Fact]
    public void Names_that_are_too_long_are_cut_and_told_apart_by_a_hash_that_stays_the_same()
    {
        var name = new string('n', 50);
        var text = $"experiment.name = {name}\nsweep.axes.a {{ \"a label of words\" {{ seed = 1 }}, \"a label of other words\" {{ seed = 2 }}, short {{ seed = 3 }} }}";
        var names = Read(text).Points.Select(point => point.Configuration.Settings.Experiment.Name).ToArray();

        // The first 55 signs of the whole name, and 8 digits of its SHA-256 (sha256sum).
        Assert.Equal([$"{name}-a-la-703014d9", $"{name}-a-la-ab8968c2", $"{name}-short"], names);
        Assert.Equal(names, Read(text).Points.Select(point => point.Configuration.Settings.Experiment.Name));
    }

    [Fact]
    public void Repeats_are_an_axis_of_seeds_that_papers_rows_and_claims_leave_out()
    {
        var sweep = Read(Axes + """
            sweep.axes.seed { a { seed = 4 }, b { seed = 5 } }
            sweep.repeat = seed
            sweep.paper { "IID" { 1 { fedgate = [89.60, 89.51, 97.29] } } }
            """);
        Assert.Equal(("seed", 2, "partition, k"), (sweep.Repeat, sweep.RepeatIndex, string.Join(", ", sweep.Grid)));
        Assert.Equal([4ul, 5, 4, 5, 4, 5, 4, 5], sweep.Points.Select(point => point.Configuration.Settings.Seed));
        Assert.Equal("IID/1", string.Join('/', Assert.Single(sweep.Paper).Labels));
        Assert.Equal("IID/1", string.Join('/', sweep.LabelsOf(sweep.Points[1])));
        Assert.All(sweep.Points, point => Assert.DoesNotContain(point.Differences, difference => difference.Key == "seed"));
    }

    [Fact]
    public void A_papers_row_belongs_to_one_test_set()
    {
        const string both = "inference.test-partitions = [same, iid]\nsweep.axes.k { 1 { inference.k = 1 } }\n";
        Assert.Equal("iid", Assert.Single(Read(both + "sweep.paper.iid { 1 { fedgate = [1, 2, 3] } }").Paper).Test);
        Assert.Equal(["same", "iid"], Read(both + "sweep.paper { same { 1 { fedgate = [1, 2, 3] } }, iid { 1 { fedgate = [4, 5, 6] } } }").Paper.Select(row => row.Test));
        var refused = Assert.Throws<ConfigurationException>(() => Read(both + "sweep.paper { 1 { fedgate = [1, 2, 3] } }"));
        Assert.Equal((3, "the sweep has the test sets same and iid, and this row does not say of which it is"), (refused.Line, refused.Problem));
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
        Assert.Equal(
            ("same", "IID/1", "fedgate", 89.6, 89.51, 97.29), (row.Test, string.Join('/', row.Labels), row.Gate, row.Accuracy, row.MacroF1, row.Auc));
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
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.paper { 2 { fedgate = [1, 2, 3] } }", "sweep.paper.2.fedgate", "'2' is not a label of the axis 'k'")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.paper { same { 1 { 1 { fedgate = [1, 2, 3] } } } }", "sweep.paper.same.1.1.fedgate", "these are not a test set, a label of each axis and a gate")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.paper { 1 { fedgate = [1, 2, 300] } }", "sweep.paper.1.fedgate", "[1, 2, 300] is not a row of a table")]
    [InlineData("sweep.claims = [\"fedgate\"]", "sweep.claims", "'fedgate' is not an ordering")]
    [InlineData("sweep.figure.axis = tau", "sweep.figure.axis", "a figure needs an axis of the sweep that is no repeat")]
    [InlineData("sweep.figure { axis = k, gates = fedgate }\nsweep.axes.k { 1 { inference.k = 1 } }", "sweep.figure.gates", "'fedgate' is not a list")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } }, l { a { gate.k = 1 } } }\nsweep.claims = [\"1 > a\"]", "sweep.claims", "'1' and 'a' cannot be compared")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.repeat = k", "inference.k", "repeats along the axis 'k' differ in seed alone, and no other axis sets it")]
    [InlineData("sweep.axes { s { 1 { gate.seed = 1 }, 2 { gate { seed = 2, rounds = 3 } } } }\nsweep.repeat = s", "gate.rounds", "repeats along the axis 's' differ in gate.seed alone, and no other axis sets it")]
    [InlineData("sweep.axes { s { 1 { gate.seed = 1 }, 2 { gate.seed = experiment } } }\nsweep.repeat = s", "sweep.repeat", "the 2 labels of the axis 's' have 1 different seeds")]
    [InlineData("sweep.axes { s { 1 { seed = 1 } } }\nsweep.repeat = s", "sweep.repeat", "the 1 labels of the axis 's' have 1 different seeds")]
    [InlineData("sweep.axes { s { 1 { seed = 1 }, 2 { seed = 1 } } }\nsweep.repeat = s", "sweep.repeat", "the 2 labels of the axis 's' have 1 different seeds")]
    [InlineData("sweep.axes { s { 1 { seed = 1 }, 2 { seed = 2 } } }\nsweep.repeat = s\nsweep.figure.axis = s", "sweep.figure.axis", "a figure needs an axis of the sweep that is no repeat")]
    [InlineData("sweep.axes { s { 1 { seed = 1 }, 2 { seed = 2 } } }\nsweep.repeat = s\nsweep.claims = [\"2 > 1\"]", "sweep.claims", "'2' is neither a gate, reference or baseline nor a label of an axis")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.figure { axis = k, draw = [pie] }", "sweep.figure.draw", "[pie] is no list of figures")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.figure { axis = k, width = 2 mm }", "sweep.figure.width", "2 mm is out of range")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.figure { axis = k, height = 90 }", "sweep.figure.height", "'90' has no unit")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.figure { axis = k, font-size = 40 }", "sweep.figure.font-size", "40 is out of range")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.figure { axis = k, labels { fedgat = Ours } }", "sweep.figure.labels.fedgat", "'fedgat' is not a gate, reference or baseline")]
    [InlineData("sweep.axes { k { 1 { inference.k = 1 } } }\nsweep.figure { axis = k, draw = time }", "sweep.figure.draw", "'time' is no list of figures")]
    public void What_is_wrong_in_a_sweep_is_refused_with_its_line(string text, string key, string problem)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(text));
        Assert.Equal((key, problem), (refused.Key, refused.Problem));
        Assert.True(refused.Line > 0);
    }

    [Theory]
    [InlineData("sweep.claims = [\"fedgate > rangat\"]", "Did you mean rangate?")]
    [InlineData("sweep.claims = [\"Non-IDD (0.2) > IID\"]", "Did you mean Non-IID (0.2)?")]
    [InlineData("sweep.figure { axis = k, gates = [fedgate, localgat] }", "Did you mean localgate?")]
    [InlineData("sweep.paper { \"IID\" { 1 { centralized-moe = [1, 2, 3] } } }", "Did you mean centralised-moe?")]
    [InlineData("sweep.paper { \"Non-IID (0.3)\" { 1 { fedgate = [1, 2, 3] } } }", "Did you mean Non-IID (0.2)?")]
    [InlineData("sweep.paper.smae { \"IID\" { 1 { fedgate = [1, 2, 3] } } }", "Did you mean same?")]
    [InlineData("sweep.repeat = partitoin", "Did you mean partition?")]
    [InlineData("sweep.repeat = random-seeds", "Write one of partition, k")]
    public void An_unknown_name_is_refused_with_its_line_and_the_nearest_known_one(string text, string remedy)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(Axes + text));
        Assert.Equal((remedy, Axes.Count(sign => sign == '\n') + 1), (refused.Remedy, refused.Line));
    }

    [Fact]
    public void A_sweep_run_as_one_experiment_is_refused_with_the_right_command() =>
        Assert.Contains("nmoe sweep experiments/x.conf", Experiments.Refuse(Axes).Remedy, StringComparison.Ordinal);

    private static SweepPlan Read(string text, params string[] sets) =>
        SweepReader.Read(Experiments.File, sets, [], file => file == Experiments.File ? text : null);
}
