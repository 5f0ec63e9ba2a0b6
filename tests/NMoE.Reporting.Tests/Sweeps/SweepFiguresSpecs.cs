using System.Xml.Linq;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Sweeps;
using ScottPlot.Plottables;

namespace NMoE.Reporting.Tests.Sweeps;

/// <summary>One training on two channels, with two methods.</summary>
public sealed class SweepFiguresSpecs
{
    private const string Text = """
        experiment.name = channels
        sweep {
          axes.channel { Wifi { channel.bandwidth = 50 Mbit/s }, "NB-IoT" { channel.bandwidth = 60 kbit/s } }
          axes.method { FedCE { extractor.method = fedce }, FedSC { extractor.method = fedsc } }
          figure { axis = channel, title = "Channel", gates = [fedgate, rangate], draw = [accuracy, degraded, bytes, time] }
        }
        """;

    [Fact]
    public void Each_figure_is_drawn_in_the_order_that_was_asked_for() => Assert.Equal(
        ["channels-same", "channels-iid", "channels-degraded-same", "channels-degraded-iid", "channels-bytes", "channels-time"],
        Draw(slower: 100).Select(figure => figure.Name));

    [Fact]
    public void Experiments_whose_bytes_are_the_same_share_a_curve_that_bears_their_labels() =>
        Assert.Equal(["FedCE: Wifi, NB-IoT", "FedSC: Wifi, NB-IoT"], Texts(Draw(slower: 100)[4]).Where(text => text.StartsWith("Fed", StringComparison.Ordinal)));

    [Fact]
    public void Times_that_lie_far_apart_stand_on_a_logarithmic_axis_at_round_times()
    {
        // 210 s to 2520 s on one channel, 21 000 s to 252 000 s on the other.
        var texts = Texts(Draw(slower: 100)[5]);
        Assert.Equal(["10 min", "1 h", "10 h"], texts.Where(text => text.EndsWith(" min", StringComparison.Ordinal) || text.EndsWith(" h", StringComparison.Ordinal)));
        Assert.Contains("Virtual time", texts);
        Assert.Equal(["FedCE: Wifi", "FedSC: Wifi", "FedCE: NB-IoT", "FedSC: NB-IoT"], texts.Where(text => text.StartsWith("Fed", StringComparison.Ordinal)));
    }

    [Fact]
    public void Times_that_lie_near_each_other_stand_on_a_plain_axis_with_its_unit() =>
        Assert.Contains("Virtual time (h)", Texts(Draw(slower: 5)[5]));

    [Fact]
    public void Degraded_answers_are_shares_of_each_gate()
    {
        var texts = Texts(Draw(slower: 100)[2]);
        Assert.Contains("Degraded answers (%)", texts);
        Assert.Contains("FedCE, RanGate", texts);
        Assert.Contains("NB-IoT", texts);
    }

    [Fact]
    public void Where_nothing_was_degraded_the_axis_has_no_negative_shares() => Assert.DoesNotContain(
        Texts(SweepFigures.Draw(Result(report => report))[2]), text => text.StartsWith('-') || text.StartsWith('\u2212'));

    [Fact]
    public void Without_a_measured_round_there_are_no_learning_curves() => Assert.Equal(
        ["channels-same", "channels-iid", "channels-degraded-same", "channels-degraded-iid"],
        SweepFigures.Draw(Result(report => report with { Rounds = [] })).Select(figure => figure.Name));

    [Fact]
    public void All_of_them_are_the_same_bytes_each_time() => Assert.Equal(
        Draw(slower: 100).Select(figure => Convert.ToHexString(figure.Png.Span) + figure.Svg), Draw(slower: 100).Select(figure => Convert.ToHexString(figure.Png.Span) + figure.Svg));

    /// <summary>Between Wi-Fi and NB-IoT lies nothing: a line there would be an invention. Between k = 1 and k = 4 there is something.</summary>
    [Theory]
    [InlineData("Wifi { channel.profile = wifi }, LTE { channel.profile = lte }", 3, 0)]
    [InlineData("1 { inference.k = 1 }, 4 { inference.k = 4 }", 0, 3)]
    public void Words_have_bars_and_numbers_have_lines(string labels, int bars, int lines)
    {
        var (result, figure) = Along(labels, "gates = [rangate, fedgate, localgate]");
        foreach (var plan in new[] { SweepAlongAxis.Accuracy(result, figure, "iid"), SweepAlongAxis.Degraded(result, figure, "iid") })
        {
            Assert.Equal(bars, plan.Plot.PlottableList.OfType<BarPlot>().Count());
            Assert.Equal(lines, plan.Plot.PlottableList.OfType<Scatter>().Count());
        }
    }

    [Theory]
    [InlineData("Wifi { channel.profile = wifi }, LTE { channel.profile = lte }")]
    [InlineData("1 { inference.k = 1 }, 4 { inference.k = 4 }")]
    public void A_gate_has_its_own_colour_in_whatever_order_the_gates_are_named(string labels)
    {
        foreach (var gates in new[] { "rangate, fedgate", "fedgate, rangate", "fedgate" })
        {
            var (result, figure) = Along(labels, $"gates = [{gates}]");
            var plot = SweepAlongAxis.Accuracy(result, figure, "iid").Plot;
            var color = labels[0] == '1'
                ? plot.PlottableList.OfType<Scatter>().Single(curve => curve.LegendText == "FedGate").Color
                : plot.PlottableList.OfType<BarPlot>().Single(bar => bar.LegendText == "FedGate").Bars[0].FillColor;
            Assert.Equal("#0072B2", color.ToHex());
        }
    }

    [Fact]
    public void Without_gates_all_that_serve_are_drawn() => Assert.Equal(
        ["fedgate", "rangate", "localgate", "priorgate"], Along("1 { inference.gates = [fedgate, rangate, localgate] }, 2 { inference.gates = [fedgate, priorgate] }", "").Figure.Gates.AsEnumerable());

    /// <summary>Three seeds at 30, 50 and 40 % after round 2, and at 1, 2 and 3 kB: 40 % at 2 kB, between 30 and 50.</summary>
    [Fact]
    public void Repeats_are_one_curve_of_means_in_a_band()
    {
        var plan = SweepReader.Read("x.conf", [], [], _ =>
            "sweep { axes { channel { Wifi { channel.profile = wifi } }, seed { 1 { seed = 1 }, 2 { seed = 2 }, 3 { seed = 3 } } }, repeat = seed, figure { axis = channel, draw = [bytes] } }");
        RunReport Seed(double accuracy, long bytes) => new("seed", [new("extractor", 1, 1, bytes / 2, 1, 0.1, 3), new("extractor", 2, 2, bytes, 1, accuracy, 3)], [], [], []);
        var plot = SweepLearning.AgainstBytes(new(plan, [Seed(0.3, 1000), Seed(0.5, 2000), Seed(0.4, 3000)]), plan.Figure!).Single().Plot;
        var last = Assert.Single(plot.PlottableList.OfType<Scatter>()).Data.GetScatterPoints()[1];
        Assert.Equal((2, 40), (last.X, last.Y), (one, other) => Math.Abs(one.X - other.X) + Math.Abs(one.Y - other.Y) < 1e-9);
        var limits = Assert.Single(plot.PlottableList.OfType<FillY>()).GetAxisLimits();
        Assert.Equal((10.0, 50.0), (Math.Round(limits.Bottom, 9), Math.Round(limits.Top, 9)));
    }

    [Fact]
    public void A_figure_has_the_size_type_and_labels_that_its_keys_say()
    {
        var (result, _) = Along("Wifi { channel.profile = wifi }, LTE { channel.profile = lte }", "width = 180 mm, height = 90 mm, font-size = 10, labels { fedgate = \"Ours\" }");
        var drawn = SweepFigures.Draw(result)[0];
        Assert.Equal((2126, 1063), (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(drawn.Png.Span[16..]), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(drawn.Png.Span[20..])));
        Assert.Contains("Ours", Texts(drawn));
    }

    private static (SweepResult Result, SweepFigure Figure) Along(string labels, string keys)
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => $"sweep {{ axes.axis {{ {labels} }}, figure {{ axis = axis, {keys} }} }}");
        return (new(plan, [.. plan.Points.Select(_ => Samples.TenClients())]), plan.Figure!);
    }

    private static Figure[] Draw(double slower)
    {
        var number = 0;
        return [.. SweepFigures.Draw(Result(report =>
        {
            var (channel, method) = Math.DivRem(number++, 2);
            return report with
            {
                Rounds = [.. report.Rounds.Select(round => round with { VirtualSeconds = round.VirtualSeconds * (channel == 0 ? 1 : slower), Accuracy = round.Accuracy - (0.1 * method) })],
                Passes = [.. report.Passes.Select(pass => pass with { Degraded = 0.2 * channel })],
            };
        }))];
    }

    private static SweepResult Result(Func<RunReport, RunReport> change)
    {
        var plan = SweepReader.Read("x.conf", [], [], _ => Text);
        return new SweepResult(plan, [.. plan.Points.Select(_ => change(Samples.TenClients()))]);
    }

    private static string[] Texts(Figure figure) =>
        [.. XDocument.Parse(figure.Svg).Descendants().Attributes("aria-label").Select(label => label.Value)];
}
