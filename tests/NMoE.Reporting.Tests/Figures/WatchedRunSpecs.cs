using System.Collections.Immutable;
using System.Xml.Linq;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using SkiaSharp;

namespace NMoE.Reporting.Tests.Figures;

/// <summary>Figures of what devices did, what links carried and how long requests took.</summary>
public class WatchedRunSpecs
{
    private static readonly Lazy<ImmutableSortedDictionary<string, Figure>> Figures = new(() => Draw(Samples.Watched()));

    [Fact]
    public void What_was_recorded_is_drawn_and_of_inference_the_first_test_set() => Assert.Equal(
        [
            "latency-iid", "latency-same", "links-aggregator", "links-client",
            "timeline-extractor-1", "timeline-extractor-12", "timeline-inference-fedgate-same",
        ],
        Figures.Value.Keys.Except(FigureSet.Draw(Samples.TenClients()).Select(figure => figure.Name)));

    [Fact]
    public void A_round_has_a_row_a_device_and_says_what_it_did()
    {
        var texts = Texts("timeline-extractor-12");

        Assert.Equal(["aggregator", .. Enumerable.Range(0, 10).Select(client => $"client-{client}")], texts.Where(text => text.Contains("client-") || text == "aggregator"));
        Assert.Contains("Extractor, round 12", texts);
        Assert.Contains("Virtual time from the start (min)", texts);
        Assert.Equal(["Waited", "Computed", "Sent", "Failed"], texts.Where(text => text is "Waited" or "Computed" or "Sent" or "Failed"));
    }

    [Fact]
    public void A_round_in_which_nobody_failed_has_no_such_entry_and_requests_are_named_by_their_gate()
    {
        Assert.DoesNotContain("Failed", Texts("timeline-extractor-1"));
        Assert.Contains("FedGate, test set as trained, first requests", Texts("timeline-inference-fedgate-same"));
    }

    /// <summary>Areas go as times and heights of bars: client 3 computed 66 s and was down 30 s; the others computed 126 to 129 s.</summary>
    [Fact]
    public void Bars_are_as_long_as_what_they_show()
    {
        using var picture = SKBitmap.Decode(Figures.Value["timeline-extractor-12"].Png.Span);
        var legend = picture.Height - 120;
        var computed = Pixels(picture, legend, "#0072B2");
        var down = Pixels(picture, legend, "#D55E00");
        double seconds = 66 + Enumerable.Range(0, 10).Where(client => client != 3).Sum(client => 126 + (client % 4));

        Assert.InRange(down / (double)computed, 0.95 * (30 * 0.9) / (seconds * 0.76), 1.05 * (30 * 0.9) / (seconds * 0.76));
    }

    [Fact]
    public void A_server_that_only_waited_has_no_row()
    {
        var report = Samples.Watched();
        report = report with { Timeline = report.Timeline.Add(new("extractor", 12, "supervisor", "receive-wait", "", 2300, 2510, 0)) };

        Assert.DoesNotContain("supervisor", Texts(Draw(report)["timeline-extractor-12"]));
    }

    [Fact]
    public void A_round_of_many_clients_names_every_other_one()
    {
        var figure = Draw(Samples.FiveClients() with { Timeline = [.. Samples.WatchedRound("gate", 7, 0, 64)] })["timeline-gate-7"];

        Assert.Contains("client-63", Texts(figure));
        Assert.DoesNotContain("client-62", Texts(figure));
    }

    [Fact]
    public void Links_are_drawn_in_bits_a_second_with_what_came_below_what_went()
    {
        Assert.Contains("Rate (Mbit/s)", Texts("links-aggregator"));
        Assert.Contains("Uplink (above)", Texts("links-client"));
        using var picture = SKBitmap.Decode(Figures.Value["links-aggregator"].Png.Span);
        var (up, down) = (Rows(picture, picture.Height - 120, "#E69F00"), Rows(picture, picture.Height - 120, "#0072B2"));

        Assert.True(up.Max() <= down.Min() + 4, "Uplink and downlink overlap.");
    }

    [Fact]
    public void Latencies_are_named_with_median_and_95th_percentile()
    {
        // 60 ms of an exponential law that begins at 60 ms: 60 (1 + ln 2) = 101.6, 60 (1 + ln 20) = 239.7.
        Assert.Contains("FedGate: median 102 ms, 95 % 240 ms", Texts("latency-iid"));
        Assert.Contains("Latency of a request (ms)", Texts("latency-iid"));
    }

    /// <summary>Three digits would be 1.57E+03 of the second.</summary>
    [Theory]
    [InlineData(0.5, "500 ms")]
    [InlineData(1.574, "1574 ms")]
    public void One_request_alone_has_a_distribution(double seconds, string text)
    {
        var report = Samples.FiveClients() with { Latencies = [new("fedgate", "iid", 1, seconds, seconds, [seconds])] };

        Assert.Contains($"FedGate: median {text}, 95 % {text}", Texts(Draw(report)["latency-iid"]));
    }

    [Fact]
    public void Links_that_carried_nothing_are_drawn_all_the_same() =>
        Assert.Contains("links-client", Draw(Samples.FiveClients() with { Links = [new(0, 1, 0, 0, 0, 0)] }).Keys);

    private static ImmutableSortedDictionary<string, Figure> Draw(RunReport report) =>
        FigureSet.Draw(report).ToImmutableSortedDictionary(figure => figure.Name, figure => figure, StringComparer.Ordinal);

    private static string[] Texts(string name) => Texts(Figures.Value[name]);

    private static string[] Texts(Figure figure) =>
        [.. XDocument.Parse(figure.Svg).Descendants().Attributes("aria-label").Select(label => label.Value)];

    private static int Pixels(SKBitmap picture, int height, string colour) => Rows(picture, height, colour).Count();

    /// <summary>The row of each pixel of a colour above a height.</summary>
    private static IEnumerable<int> Rows(SKBitmap picture, int height, string colour) =>
        from y in Enumerable.Range(0, height)
        from x in Enumerable.Range(0, picture.Width)
        where picture.GetPixel(x, y) == SKColor.Parse(colour)
        select y;
}
