using System.Xml.Linq;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Sweeps;

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
