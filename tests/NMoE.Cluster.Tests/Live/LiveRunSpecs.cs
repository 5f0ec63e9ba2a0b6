using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Hosting;
using NMoE.Cluster.Live.Records;
using NMoE.Cluster.Wire;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Tests.Live;

/// <summary>Whole runs: three nodes in one process, on real sockets and the real clock. Each waits for what happens, not for times.</summary>
public sealed class LiveRunSpecs
{
    [Fact]
    public async Task A_live_run_sends_and_learns_what_the_simulated_one_does()
    {
        // Nobody asks again because a busy machine makes it wait: every message is sent once.
        await using var cluster = new LiveCluster("channel.profile=wifi", "supervision.patience=10 min");
        await cluster.StartAsync(3);

        var end = await cluster.EndAsync(0);
        var others = await Task.WhenAll(cluster.EndAsync(1), cluster.EndAsync(2));

        Assert.Equal((LiveEndKind.Finished, ""), (end.Way, end.Reason));
        Assert.All(others, other => Assert.Equal((LiveEndKind.Finished, (LiveHistory?)null), (other.Way, other.History)));
        var executor = cluster.ExecutorOf(0);
        var (report, models) = new LiveReport(cluster.Plan, executor).Of(end.History!, _ => { }, CancellationToken.None);
        var simulated = new Experiment(cluster.Plan, executor, _ => { }).Run(CancellationToken.None);
        Assert.Equal(simulated.Models.ToArray(), models.ToArray());
        Assert.Equal(
            simulated.Report.Ledger.Select(line => (line.Stage, line.From, line.To, line.Kind, line.Messages, line.Sent, line.Delivered, line.Lost)),
            report.Ledger.Select(line => (line.Stage, line.From, line.To, line.Kind, line.Messages, line.Sent, line.Delivered, line.Lost)));
        Assert.Equal(simulated.Report.Rounds.Select(round => round.Accuracy), report.Rounds.Select(round => round.Accuracy));
    }

    [Fact]
    public async Task The_servers_move_to_the_next_node_and_no_round_is_lost_or_told_twice()
    {
        await using var cluster = new LiveCluster("extractor.rounds=4");
        await cluster.StartAsync(3);
        await cluster.SeenAsync<RoundEnded>(round => round.Round == 1);

        await cluster.StopAsync(0);

        var ends = await Task.WhenAll(cluster.EndAsync(1), cluster.EndAsync(2));
        var end = Assert.Single(ends, end => end.History is not null);
        Assert.Equal((LiveEndKind.Finished, ""), (end.Way, end.Reason));
        Assert.Equal(
            [1, 2, 3, 4],
            end.History!.Seen.Select(seen => seen.What).OfType<RoundEnded>().Where(round => round.Stage == Stages.Extractor).Select(round => round.Round));
        Assert.Equal([0, 1], end.History.Seen.Select(seen => seen.What).OfType<ExpertTrained>().Select(expert => expert.Client).Distinct().Order());
    }

    /// <summary>The servers' node never hears that the state after a round is kept, so that it lets nobody see the round, and dies.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_round_that_is_kept_and_that_its_node_did_not_come_to_say_is_said_by_the_next(int lost)
    {
        var isCut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var from = long.MaxValue;
        await using var cluster = new LiveCluster("extractor.rounds=4") { Wire = Cut };
        await cluster.StartAsync(3);
        await isCut.Task.WaitAsync(Waiting.Longest);

        await cluster.StopAsync(0);

        var ends = await Task.WhenAll(cluster.EndAsync(1), cluster.EndAsync(2));
        var end = Assert.Single(ends, end => end.History is not null);
        Assert.Equal((LiveEndKind.Finished, ""), (end.Way, end.Reason));
        Assert.Equal([1, 2, 3, 4], Rounds(end.History!.Seen).Select(round => round.Round));
        Assert.All([1, 2], node => Assert.Equal([1, 2, 3, 4], Rounds(cluster.SeenAt(node)).Select(round => round.Round)));

        WireForm Cut(int node, WireForm form) => (node, form.Type.Name) switch
        {
            (0, nameof(Replica)) => form with { Write = message => form.Write(Watched((Replica)message)) },
            (0, nameof(ReplicaKept)) => form with { Read = bytes => Lost((ReplicaKept)form.Read(bytes)) },
            _ => form,
        };

        Replica Watched(Replica replica)
        {
            if (Rounds(replica.Observed).Any(round => round.Round == lost))
            {
                Interlocked.CompareExchange(ref from, replica.Version, long.MaxValue);
            }

            return replica;
        }

        ReplicaKept Lost(ReplicaKept kept)
        {
            if (kept.Device != DeviceId.Aggregator || kept.Version < Interlocked.Read(ref from))
            {
                return kept;
            }

            Assert.Equal("", kept.Failure);
            isCut.TrySetResult();

            // No version that anyone waits for.
            return kept with { Version = 0 };
        }
    }

    /// <summary>The servers' node leaves with a round that no other node was given; as it goes, it hears of each of them that it is gone.</summary>
    [Fact]
    public async Task A_round_that_nobody_kept_is_seen_by_nobody_and_is_done_again()
    {
        var ended = new TaskCompletionSource<Seen>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cluster = new LiveCluster("extractor.rounds=2")
        {
            Wire = (node, form) => (node, form.Type.Name) is (0, nameof(Replica)) ? form with { Write = message => form.Write(Withheld((Replica)message)) } : form,
        };
        await cluster.StartAsync(3);
        var unkept = await ended.Task.WaitAsync(Waiting.Longest);

        await cluster.StopAsync(0);

        var ends = await Task.WhenAll(cluster.EndAsync(1), cluster.EndAsync(2));
        Assert.All([0, 1, 2], node => Assert.DoesNotContain((unkept.Mark, unkept.At), cluster.SeenAt(node).Select(seen => (seen.Mark, seen.At))));
        Assert.Equal([1, 2], Rounds(Assert.Single(ends, end => end.History is not null).History!.Seen).Select(round => round.Round));

        Replica Withheld(Replica replica)
        {
            if (replica.Observed.FirstOrDefault(seen => seen.What is RoundEnded) is not { } round)
            {
                return replica;
            }

            ended.TrySetResult(round);

            // Nobody keeps what a client persists but itself.
            return replica with { Device = new DeviceId(0), Observed = [] };
        }
    }

    private static IEnumerable<RoundEnded> Rounds(IEnumerable<Seen> seen) => seen.Select(item => item.What).OfType<RoundEnded>().Where(round => round.Stage == Stages.Extractor);

    [Fact]
    public async Task A_lost_node_s_clients_count_as_crashed_and_rejoin_when_it_returns()
    {
        await using var cluster = new LiveCluster("channel.profile=wifi", "extractor.rounds=3");
        await cluster.StartAsync(3);
        await cluster.SeenAsync<RoundEnded>(round => round.Round == 1);

        await cluster.StopAsync(2);
        var lost = await cluster.SeenAsync<DeviceLost>(_ => true);
        await cluster.ReturnAsync(2);
        await cluster.SeenAsync<DeviceReturned>(returned => returned.Device == lost.Device);

        var end = await cluster.EndAsync(0);
        Assert.Equal((LiveEndKind.Finished, ""), (end.Way, end.Reason));
        Assert.Contains("left the cluster", lost.Reason, StringComparison.Ordinal);
        Assert.Equal([0, 1], end.History!.Seen.Select(seen => seen.What).OfType<PassAnswered>().Select(answer => answer.Client).Distinct().Order());
    }

    [Fact]
    public async Task A_run_ends_without_a_node_that_never_returns()
    {
        // Links slow enough for the node to be gone before the run is over.
        await using var cluster = new LiveCluster("channel.profile=wifi", "extractor.quorum=0.5", "extractor.deadline=2 s", "expert.deadline=2 s", "gate.quorum=0.5", "gate.deadline=2 s", "supervision.max-silence=5");
        await cluster.StartAsync(3);
        await cluster.SeenAsync<RoundEnded>(round => round.Round == 1);

        await cluster.StopAsync(2);

        var end = await cluster.EndAsync(0);
        Assert.Equal((LiveEndKind.Finished, ""), (end.Way, end.Reason));
        Assert.Single(end.History!.Seen.Select(seen => seen.What).OfType<PassAnswered>().Select(answer => answer.Client).Distinct());
    }

    [Fact]
    public async Task A_node_that_does_not_fit_the_others_is_refused_with_the_reason()
    {
        await using var cluster = new LiveCluster();
        await cluster.StartAsync(1, nodes: 3);
        await cluster.AddAsync("e");

        var end = await cluster.EndAsync(1);

        Assert.Equal(
            (LiveEndKind.Refused, "its experiment has the configuration eeeeeeeeeeee, and that of the others cccccccccccc: start it with the same file and overrides"), (end.Way, end.Reason));
    }
}
