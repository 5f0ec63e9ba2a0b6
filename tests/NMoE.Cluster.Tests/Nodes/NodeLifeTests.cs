using System.Collections.Concurrent;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;

namespace NMoE.Cluster.Tests.Nodes;

public sealed class NodeLifeTests
{
    [Fact]
    public void A_back_off_doubles_up_to_its_longest()
    {
        var backOff = new NodeBackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        Assert.Equal([1, 2, 4, 8, 10, 10], Enumerable.Range(0, 6).Select(attempt => backOff.Before(attempt).TotalSeconds));
        Assert.Equal(10, backOff.Before(int.MaxValue).TotalSeconds);
    }

    [Fact]
    public async Task A_worker_that_was_cut_off_comes_back_as_a_new_node()
    {
        await using var group = new NodeGroup { Above = CutEdgeTests.Breakable };
        var coordinator = group.Start(NodeRoles.Coordinator);
        var lives = new ConcurrentQueue<ClusterNode>();
        using var stop = new CancellationTokenSource();
        var life = new NodeLife(
            () =>
            {
                var node = ClusterNode.Start(NodeGroup.Settings(NodeSecurity.LoopbackOnly, coordinator, NodeRoles.Worker), [], CutEdgeTests.Breakable);
                lives.Enqueue(node);
                return node;
            },
            new NodeBackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)),
            TimeProvider.System);
        var news = new ConcurrentQueue<NodeEvent>();
        var running = life.RunAsync(told => news.Enqueue(told.What), stop.Token);
        await NodeGroup.UntilAsync(() => NodeGroup.Up(coordinator).Length == 2, "the worker did not join");
        await NodeGroup.UntilAsync(() => NodeGroup.Up(lives.First()).Length == 2, "the worker does not know that it joined");

        await CutEdgeTests.CutAsync(lives.First(), coordinator);
        await CutEdgeTests.CutAsync(coordinator, lives.First());
        await NodeGroup.UntilAsync(() => lives.Count >= 2 && NodeGroup.Up(coordinator).Contains(lives.Last().Address), "no new node joined");
        await NodeGroup.UntilAsync(() => NodeGroup.Up(coordinator).Length == 2, "the old node is still a member");

        await stop.CancelAsync();
        await running.WaitAsync(NodeGroup.Patience);
        Assert.Equal([NodeEvent.Started, NodeEvent.Lost, NodeEvent.Started], news);
        Assert.NotEqual(lives.First().Address, lives.Last().Address);
    }

    [Fact]
    public async Task A_first_node_that_cannot_start_is_an_error()
    {
        var life = new NodeLife(() => throw new NodeException("no such port"), NodeBackOff.Default, TimeProvider.System);

        await Assert.ThrowsAsync<NodeException>(() => life.RunAsync(_ => { }, CancellationToken.None));
    }
}
