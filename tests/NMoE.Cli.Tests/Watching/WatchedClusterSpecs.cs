using System.Text.Json.Nodes;
using NMoE.Cli.Watching;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;

namespace NMoE.Cli.Tests.Watching;

/// <summary>What a page of a cluster shows while its run goes on, ends and is started again.</summary>
public sealed class WatchedClusterSpecs
{
    [Fact]
    public async Task The_last_answer_stays_when_the_run_ends_and_the_next_one_replaces_it()
    {
        Queue<WorkStatus?> answers = new([Status(3), Status(4), null, null, Status(1)]);
        var cluster = new WatchedCluster("127.0.0.1:4300", () => answers.Dequeue() is { } answer ? Task.FromResult(answer) : throw new WorkException("No run answers."));
        var seen = new List<(string, long)>();
        while (answers.Count > 0)
        {
            Assert.Equal(answers.Peek() is null, await cluster.Look() is not null);
            var state = Document(cluster);
            seen.Add((state["status"]!.GetValue<string>(), state["jobs"]!["run"]!.GetValue<long>()));
        }

        Assert.Equal([("running", 3), ("running", 4), ("no answer", 4), ("no answer", 4), ("running", 1)], seen);
    }

    [Fact]
    public async Task Members_and_workers_are_shown_with_what_they_compute()
    {
        var cluster = new WatchedCluster("127.0.0.1:4300", () => Task.FromResult(Status(3)));
        var asked = cluster.State(null)!.Version;
        await cluster.Look();
        var state = Document(cluster);
        Assert.NotEqual(asked, cluster.State(null)!.Version);
        Assert.Equal("cluster", state["kind"]!.GetValue<string>());
        Assert.Equal(["127.0.0.1:5000"], state["members"]!.AsArray().Select(member => member!["address"]!.GetValue<string>()));
        Assert.Equal(["fedce", "fedce"], state["workers"]![0]!["running"]!.AsArray().Select(job => job!.GetValue<string>()));
        Assert.Null(cluster.State("another"));
    }

    private static JsonObject Document(WatchedCluster cluster) => JsonNode.Parse(cluster.State(null)!.Json.Span)!.AsObject();

    private static WorkStatus Status(long run) => new(
        "quickstart", "extractor", 12.5, [new("127.0.0.1:5000", ["worker"], "up", false)], [new WorkerStatus(1, "127.0.0.1:5000", 2, 3, ["fedce", "fedce"])], 4, 2, run, 0, 0, 0, MovingCost.None);
}
