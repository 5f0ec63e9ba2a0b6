using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using SkiaSharp;

namespace NMoE.Reporting.Tests.Figures;

public class FigureSetSpecs
{
    // Drawn once: drawing takes longer than any assertion.
    private static readonly Lazy<ImmutableArray<Figure>> Ten = new(() => FigureSet.Draw(Samples.TenClients()));
    private static readonly Lazy<ImmutableArray<Figure>> Watched = new(() => FigureSet.Draw(Samples.Watched()));
    private static readonly Lazy<ImmutableArray<Figure>> Five = new(() => FigureSet.Draw(Samples.FiveClients()));

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_report_drawn_twice_gives_the_same_bytes()
    {
        Assert.Equal(Hashes(Samples.Watched()), Hashes(Samples.Watched()));
    }

    [Fact]
    public void Another_report_gives_other_bytes()
    {
        var report = Samples.FiveClients();
        var other = report with { Rounds = report.Rounds.SetItem(1, report.Rounds[1] with { Accuracy = 0.9 }) };

        Assert.NotEqual(Hashes(report)[0], Hashes(other)[0]);
    }

    [Fact]
    public void Every_figure_of_a_full_run_is_drawn_once()
    {
        string[] names = [.. Ten.Value.Select(figure => figure.Name)];

        Assert.Equal(
            [
                "accuracy-bytes", "accuracy-time", "inference-bytes-same", "inference-bytes-iid", "accuracy-gates",
                "gating-fedgate-same", "gating-rangate-same", "gating-localgate-same", "gating-oraclegate-same",
                "gating-fedgate-iid", "gating-rangate-iid", "gating-localgate-iid", "gating-oraclegate-iid",
                "accuracy-rounds", "loss-rounds", "loss-time",
            ],
            names);
    }

    /// <summary>Stage 1 sent 3 x 33.6 MB and 12 kB, its lost packets 7 kB beside; FedGate's own stage 5 kB, its pass on the IID test set 819.2 kB.</summary>
    [Theory]
    [InlineData("fedgate", "iid", 100_812_000 + 7_000 + 5_000 + 819_200)]
    [InlineData("fedgate", "same", 100_812_000 + 7_000 + 5_000)]
    [InlineData("localgate", "iid", 100_812_000 + 7_000)]
    [InlineData("rollgate", "iid", 100_812_000 + 7_000)]
    [InlineData("a-gate-of-another-version", "iid", 100_812_000 + 7_000)]
    public void A_gate_is_charged_with_what_it_needs_and_not_with_another_gates_training(string gate, string test, long bytes)
    {
        var report = Samples.TenClients();
        report = report with
        {
            Ledger =
            [
                report.Ledger[0] with { Retransmitted = 7_000 }, .. report.Ledger.Skip(1),
                new LedgerRecord("gate", "client-1", "aggregator", "RoundUpdate", 1, 5_000, 5_000, 0),
            ],
        };
        Assert.Equal(bytes, HeadlineFigures.Bytes(report, report.Passes[0] with { Gate = gate, Test = test }));
    }

    [Fact]
    public void The_headline_shows_every_gate_beside_the_global_model_and_baselines()
    {
        var report = Samples.TenClients();
        report = report with { Passes = report.Passes.Add(report.Passes[0] with { Gate = "fedavg-classifier" }) };
        foreach (var figure in FigureSet.Draw(report).Where(drawn => drawn.Name is "accuracy-bytes" or "accuracy-time"))
        {
            var texts = Texts(figure);
            foreach (var name in new[] { "Global model", "FedGate", "RanGate", "LocalGate", "FedAvg of the classifier" })
                Assert.Contains(name, texts);
            Assert.DoesNotContain("OracleGate", texts);
            Assert.Contains("test set as trained", figure.Caption, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_run_without_measurements_has_no_figures() => Assert.Empty(FigureSet.Draw(Samples.Empty()));

    [Fact]
    public void A_run_without_evaluation_still_shows_its_loss()
    {
        var report = Samples.FiveClients();
        report = report with { Rounds = [.. report.Rounds.Select(round => round with { Accuracy = null })], Passes = [] };

        Assert.Equal(["loss-rounds", "loss-time"], FigureSet.Draw(report).Select(figure => figure.Name));
    }

    [Fact]
    public void A_loss_that_diverged_is_left_out_of_its_curve()
    {
        var report = Samples.FiveClients();
        report = report with { Rounds = report.Rounds.SetItem(1, report.Rounds[1] with { TrainLoss = double.NaN }) };

        Assert.Contains(FigureSet.Draw(report), figure => figure.Name == "loss-rounds");
    }

    [Fact]
    public void An_oracle_without_routing_has_no_heat_map()
    {
        var report = Samples.FiveClients();
        report = report with { Passes = [report.Passes[0], report.Passes[0] with { Gate = "oraclegate", Routing = default }] };

        Assert.Equal(["gating-fedgate-iid"], FigureSet.Draw(report).Select(figure => figure.Name).Where(name => name.StartsWith("gating")));
    }

    [Fact]
    public void A_reference_is_no_point_among_the_bytes_and_has_a_heat_map_where_it_routes()
    {
        var report = Samples.FiveClients();
        report = report with { Passes = [report.Passes[0] with { Gate = "globalgate", BytesPerSample = 0 }] };

        Assert.Equal(["accuracy-gates", "gating-globalgate-iid"], FigureSet.Draw(report).Select(figure => figure.Name).Where(name => name.Contains("gat")));
        Assert.DoesNotContain(FigureSet.Draw(report), figure => figure.Name == "inference-bytes-iid");
    }

    [Fact]
    public void The_title_of_a_heat_map_is_drawn_in_ink()
    {
        var figure = Five.Value.Single(drawn => drawn.Name == "gating-fedgate-iid");
        using var picture = SKBitmap.Decode(figure.Png.Span);
        var ink = 0;
        for (var y = 0; y < 90; y++)
        {
            for (var x = 0; x < picture.Width; x++)
                ink += picture.GetPixel(x, y).Red < 80 ? 1 : 0;
        }

        Assert.InRange(ink, 1000, 20000);
    }

    [Fact]
    public void A_heat_map_names_local_ratio_and_accuracy_and_prints_each_share()
    {
        var figure = Five.Value.Single(drawn => drawn.Name == "gating-fedgate-iid");
        var texts = Texts(figure);

        Assert.Contains("FedGate, IID test set", texts);
        Assert.Contains("local ratio 35.0 %, accuracy 62.1 %, F1 61.1 %", texts);
        Assert.Equal(5, texts.Count(text => text == "0.35"));
        Assert.Contains("Client", texts);
        Assert.Contains("Expert of client", texts);
        Assert.Contains("0", texts);
        Assert.DoesNotContain("5", texts);
    }

    /// <summary>Colours are read from the vectors: of points in the headline, of bars and of latencies.</summary>
    [Theory]
    [InlineData("fedgate", "#0072B2")]
    [InlineData("rangate", "#E69F00")]
    [InlineData("localgate", "#009E73")]
    public void A_gate_has_one_colour_in_every_figure_whatever_stands_beside_it(string gate, string color)
    {
        var report = Samples.Watched();
        var alone = report with { Passes = [.. report.Passes.Where(pass => pass.Gate == gate)], Latencies = [.. report.Latencies.Where(latency => latency.Gate == gate)] };
        var drawnAlone = FigureSet.Draw(alone);
        string[] shown = ["accuracy-bytes", "accuracy-time", "inference-bytes-iid", "accuracy-gates", "latency-iid"];
        foreach (var drawn in new[] { Watched.Value, drawnAlone })
            Assert.All(shown, name => Assert.Contains(color, drawn.Single(figure => figure.Name == name).Svg, StringComparison.OrdinalIgnoreCase));
        string[] others = [.. new[] { "#0072B2", "#E69F00", "#009E73" }.Where(other => other != color)];
        Assert.All(shown, name => Assert.All(others, other => Assert.DoesNotContain(other, drawnAlone.Single(figure => figure.Name == name).Svg, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Gates_can_be_left_out_and_called_otherwise()
    {
        var drawn = FigureSet.Draw(Samples.TenClients(), FigureLook.Standard with
        {
            Gates = ["fedgate", "localgate"],
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("fedgate", "Ours"),
        });
        var headline = Texts(drawn.Single(figure => figure.Name == "accuracy-bytes"));
        Assert.Contains("Ours", headline);
        Assert.Contains("LocalGate", headline);
        Assert.All(drawn, figure => Assert.DoesNotContain(Texts(figure), text => text.Contains("RanGate", StringComparison.Ordinal) || text.Contains("FedGate", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_map_of_many_clients_prints_no_shares()
    {
        var report = Samples.OfClients(30);
        var figure = FigureSet.Draw(report).Single(drawn => drawn.Name == "gating-fedgate-iid");

        Assert.DoesNotContain("0.35", Texts(figure));
        Assert.Contains("27", Texts(figure));
    }

    [Fact]
    public void Axes_carry_their_units()
    {
        var figures = Ten.Value.ToDictionary(figure => figure.Name);

        Assert.Contains("Bytes communicated (MB)", Texts(figures["accuracy-bytes"]));
        Assert.Contains("Accuracy (%)", Texts(figures["accuracy-bytes"]));
        Assert.Contains("Virtual time (min)", Texts(figures["accuracy-time"]));
        Assert.Contains("Bytes sent per inferred sample (kB)", Texts(figures["inference-bytes-iid"]));
        Assert.Contains("Virtual time (min)", Texts(figures["loss-time"]));
    }

    [Fact]
    public void The_time_of_a_live_run_is_that_of_the_clock_on_the_wall()
    {
        var live = FigureSet.Draw(Samples.TenClients() with { Clock = RunReport.WallClock });

        Assert.DoesNotContain(live, figure => Texts(figure).Any(text => text.Contains("irtual", StringComparison.Ordinal)) || figure.Caption.Contains("irtual", StringComparison.Ordinal));
        Assert.Contains(live, figure => Texts(figure).Any(text => text.StartsWith("Wall-clock time (", StringComparison.Ordinal)));
    }

    [Fact]
    public void Rounds_are_counted_in_whole_numbers()
    {
        var texts = Texts(Five.Value.Single(figure => figure.Name == "loss-rounds"));

        Assert.Contains("2", texts);
        Assert.DoesNotContain("1.5", texts);
    }

    [Fact]
    public void Several_runs_share_one_axis_and_are_told_apart_by_number()
    {
        using var folder = new TemporaryFolder();

        var files = FigureSet.WriteComparison([Samples.FiveClients(), Samples.TenClients(), Samples.FiveClients()], folder.Path);

        Assert.Equal(
            (string[])[folder["comparison-accuracy-bytes.png"], folder["comparison-accuracy-bytes.svg"], folder["comparison-accuracy-bytes.pdf"]], files.AsEnumerable());
        var svg = File.ReadAllText(files[1]);
        Assert.Contains("aria-label=\"quickstart\"", svg);
        Assert.Contains("aria-label=\"cifar10-noniid\"", svg);
        Assert.Contains("aria-label=\"quickstart (2)\"", svg);
    }

    [Fact]
    public void Runs_without_measured_accuracy_cannot_be_compared()
    {
        var error = Assert.Throws<NothingToDrawException>(() => FigureSet.WriteComparison([Samples.Empty()], "nowhere"));

        Assert.Equal("No measured accuracy in 'stopped'. Run with evaluation.enabled = on, then plot again.", error.Message);
    }

    /// <summary>Marks at one place are rings around each other; at their usual size they would hide all but the last.</summary>
    [Theory]
    [InlineData(new[] { 1.0, 1, 1 }, new[] { 52f, 38, 24 })]
    [InlineData(new[] { 1.0, 1.01, 1.5 }, new[] { 38f, 24, 24 })]
    [InlineData(new[] { 1.0, 1.5, 1.01 }, new[] { 38f, 24, 24 })]
    [InlineData(new[] { 1.0, 1.5, 2 }, new[] { 24f, 24, 24 })]
    public void Marks_that_cover_each_other_are_larger_below(double[] places, float[] sizes)
    {
        Assert.Equal(sizes, MarkSizes.Of([.. places.Select(x => (x, 7.0))], 1, 1));
        Assert.Equal(sizes, MarkSizes.Of([.. places.Select(y => (7.0, y))], 1, 1));
    }

    [Fact]
    public void One_test_set_has_no_legend_and_two_are_told_apart()
    {
        var report = Samples.TenClients();
        var one = FigureSet.Draw(report with { Passes = report.Passes.RemoveAll(pass => pass.Test != "iid") }).Single(figure => figure.Name == "accuracy-gates");
        Assert.Equal("Accuracy of each gate, IID test set.", one.Caption);
        Assert.Single(Texts(one), text => text == "IID test set");
        Assert.DoesNotContain("Test set as trained", Texts(one));
        Assert.Contains("Test set as trained", Texts(Ten.Value.Single(figure => figure.Name == "accuracy-gates")));
    }

    private static string[] Texts(Figure figure) =>
        [.. XDocument.Parse(figure.Svg).Descendants().Attributes("aria-label").Select(label => label.Value)];

    private static string[] Hashes(NMoE.Federation.Records.RunReport report) =>
        [
            .. FigureSet.Draw(report).SelectMany(figure => (byte[][])[figure.Png.ToArray(), Encoding.UTF8.GetBytes(figure.Svg), figure.Pdf.ToArray()])
                .Select(bytes => Convert.ToHexString(SHA256.HashData(bytes))),
        ];
}
