using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Tests.Runs;

public class TimelineFileSpecs
{
    private static readonly RunReport Recorded = Samples.FiveClients() with
    {
        Timeline =
        [
            new("extractor", 1, "aggregator", "send", "TrainRound", 0, 0.0200001, 2_800_000),
            new("extractor", 1, "client-3", "compute", "fedce", 0.0200001, 1234.5, 0),
            new("expert", 0, "client-3", "down", "a loss of NaN, \"diverged\",\nin epoch 3", 1300, 1301.0000001, 0),
            new("inference/fedgate/iid", 1, "client-0", "receive-wait", "", 2000, 2000.5, 0),
        ],
        Links = [new(0, 0.5, 1000, 0, 0, 200.2), new(0.5, 1, 0, 123456789012, 1.0 / 3, 0)],
    };

    [Fact]
    public void A_time_line_is_a_line_a_span_with_times_to_the_tick()
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(Recorded, Manifests.Finished(), _ => { });

        Assert.Equal(
            """
            stage,round,device,kind,what,from,until,bytes
            extractor,1,aggregator,send,TrainRound,0.0000000,0.0200001,2800000
            extractor,1,client-3,compute,fedce,0.0200001,1234.5000000,0
            expert,0,client-3,down,"a loss of NaN, ""diverged"",
            in epoch 3",1300.0000000,1301.0000001,0
            inference/fedgate/iid,1,client-0,receive-wait,,2000.0000000,2000.5000000,0

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(folder["timeline.csv"]));
    }

    [Fact]
    public void Links_are_a_line_an_interval_with_round_trip_numbers()
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(Recorded, Manifests.Finished(), _ => { });

        Assert.Equal(
            "from,until,aggregator-up,aggregator-down,client-up,client-down\n0,0.5,1000,0,0,200.2\n0.5,1,0,123456789012,0.3333333333333333,0\n",
            File.ReadAllText(folder["links.csv"]));
    }

    [Fact]
    public void Both_read_back_and_change_no_metric()
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(Recorded, Manifests.Finished(), _ => { });

        var read = RunReader.Read(folder.Path);

        Assert.Equal(Recorded.Timeline.AsEnumerable(), read.Timeline);
        Assert.Equal(Recorded.Links.AsEnumerable(), read.Links);
        Assert.Equal(CanonicalForm.Metrics(Samples.FiveClients()), CanonicalForm.Metrics(Recorded));
    }

    [Fact]
    public void A_run_of_an_older_version_has_neither_and_no_latencies()
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(Samples.FiveClients(), Manifests.Finished(), _ => { });
        var text = File.ReadAllText(folder["report.json"]);
        Assert.Contains("\"latencies\": []", text);
        File.WriteAllText(folder["report.json"], text.Replace(",\n  \"latencies\": []", "", StringComparison.Ordinal));
        Assert.DoesNotContain("latencies", File.ReadAllText(folder["report.json"]));
        Manifests.OfOlderVersion(folder.Path);

        var read = RunReader.Read(folder.Path);

        Assert.Empty(read.Timeline);
        Assert.Empty(read.Links);
        Assert.Empty(read.Latencies);
    }

    [Fact]
    public void Latencies_read_back_with_the_report()
    {
        using var folder = new TemporaryFolder();
        var latency = new LatencyRecord("fedgate", "iid", 3, 0.5, 0.75, [0.25, 0.5, 0.75]);
        new RunWriter(folder.Path).WriteReport(Samples.FiveClients() with { Latencies = [latency] }, Manifests.Finished(), _ => { });

        var read = Assert.Single(RunReader.Read(folder.Path).Latencies);

        Assert.Equal(latency.QuantileSeconds.AsEnumerable(), read.QuantileSeconds);
        Assert.Equal(latency, read with { QuantileSeconds = latency.QuantileSeconds });
    }

    [Theory]
    [InlineData("timeline.csv", "stage,round,device,kind,what,from,until,bytes\nextractor,1,a,send,x,0,1,2\nextractor,one,a,send,x,0,1,2\n", "line 3 does not hold what line 1 says")]
    [InlineData("timeline.csv", "stage,round,device,kind,what,from,until,bytes\nexpert,0,a,down,\"two\nlines\",0,1,2\nextractor,1\n", "line 4 does not hold")]
    [InlineData("timeline.csv", "stage,round\n", "line 1 is not 'stage,round,device,kind,what,from,until,bytes'")]
    [InlineData("links.csv", "", "line 1 is not 'from,until,")]
    [InlineData("links.csv", "from,until,aggregator-up,aggregator-down,client-up,client-down\n0,1,2,3,4,NaN\n", "line 2 does not hold")]
    public void A_malformed_table_is_refused_with_its_line(string file, string text, string problem)
    {
        using var folder = new TemporaryFolder();
        new RunWriter(folder.Path).WriteReport(Recorded, Manifests.Finished(), _ => { });
        File.WriteAllText(folder[file], text);

        var refused = Assert.Throws<RunUnreadableException>(() => RunReader.Read(folder.Path));

        Assert.Contains(folder[file], refused.Message);
        Assert.Contains(problem, refused.Message);
    }
}
