using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;
using NMoE.Cluster.Nodes;

namespace NMoE.Cluster.Tests.Nodes;

/// <summary>Three nodes of a cluster, of which two no longer hear each other, or one of them no longer the other, while the third reaches both. The first is the coordinator, or the oldest of a live run.</summary>
public sealed class CutEdgeTests(CutEdgeTests.Cuts cuts) : IClassFixture<CutEdgeTests.Cuts>
{
    internal static Config Breakable { get; } = ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.applied-adapters = [\"trttl\"]");

    public static TheoryData<SplitBrainRule, int, int> Edges(int one, int other)
    {
        var edges = new TheoryData<SplitBrainRule, int, int>();
        foreach (var rule in Rules)
        {
            edges.Add(rule, one, other);
            edges.Add(rule, other, one);
        }

        return edges;
    }

    private static SplitBrainRule[] Rules => [SplitBrainRule.KeepCoordinator, SplitBrainRule.KeepOldestLive];

    [Theory]
    [MemberData(nameof(Edges), 0, 1)]
    public Task One_that_the_first_does_not_reach_or_that_does_not_reach_the_first_goes_and_the_others_go_on(SplitBrainRule rule, int from, int to) => cuts.Of(rule, from, to);

    [Theory]
    [MemberData(nameof(Edges), 1, 2)]
    public Task Two_others_that_do_not_reach_each_other_stay_and_nodes_come_and_go_beside_them(SplitBrainRule rule, int from, int to) => cuts.Of(rule, from, to);

    [Theory]
    [InlineData(SplitBrainRule.KeepCoordinator)]
    [InlineData(SplitBrainRule.KeepOldestLive)]
    public Task A_first_that_reaches_nobody_stays_where_it_is_the_coordinator_and_goes_where_the_others_can_take_over(SplitBrainRule rule) => cuts.Of(rule, 0, -1);

    private static async Task CutTheFirstFromAnotherAsync(SplitBrainRule rule, int from, int to)
    {
        await using var group = new NodeGroup { Above = Breakable, SplitBrain = rule };
        var nodes = await group.StartAsync(2);

        await CutAsync(nodes[from], nodes[to]);

        Assert.Contains(await nodes[1].Ended.WaitAsync(NodeGroup.Patience), new[] { NodeEnd.CutOff, NodeEnd.Downed, NodeEnd.Quarantined });
        foreach (var stays in new[] { nodes[0], nodes[2] })
        {
            await NodeGroup.UntilAsync(() => NodeGroup.Up(stays).Length == 2, "the one that was cut off is still a member");
            Assert.False(stays.Ended.IsCompleted);
        }
    }

    private static async Task CutTwoOthersAsync(SplitBrainRule rule, int from, int to)
    {
        await using var group = new NodeGroup { Above = Breakable, SplitBrain = rule };
        var nodes = await group.StartAsync(2);

        await CutAsync(nodes[from], nodes[to]);

        // A death that is noticed and a place that is taken say that so much time has passed, and that the cluster still agrees.
        for (var times = 0; times < 2; times++)
        {
            var more = group.Start(nodes.Length);
            await NodeGroup.UntilAsync(() => nodes.All(node => NodeGroup.AtWork(node).Length == 4), "a fourth did not become a member");
            ((ExtendedActorSystem)more.System).Abort();
            await NodeGroup.UntilAsync(() => nodes.All(node => NodeGroup.AtWork(node).Length == 3), "the fourth is still a member");
        }

        Assert.All(nodes, node => Assert.False(node.Ended.IsCompleted));
    }

    private static async Task CutTheFirstOffAsync(SplitBrainRule rule)
    {
        await using var group = new NodeGroup { Above = Breakable, SplitBrain = rule };
        var nodes = await group.StartAsync(2);

        foreach (var other in new[] { nodes[1], nodes[2] })
        {
            await CutAsync(nodes[0], other);
            await CutAsync(other, nodes[0]);
        }

        var (go, stay) = rule == SplitBrainRule.KeepCoordinator ? (nodes[1..], nodes[..1]) : (nodes[..1], nodes[1..]);
        foreach (var node in go)
            Assert.Contains(await node.Ended.WaitAsync(NodeGroup.Patience), new[] { NodeEnd.CutOff, NodeEnd.Downed, NodeEnd.Quarantined });
        foreach (var node in stay)
        {
            await NodeGroup.UntilAsync(() => NodeGroup.Up(node).Length == stay.Length, "one that was cut off is still a member");
            Assert.False(node.Ended.IsCompleted);
        }
    }

    /// <summary>Lets nothing through any more from one node to another.</summary>
    internal static async Task CutAsync(ClusterNode from, ClusterNode to)
    {
        var bare = to.Address.WithProtocol(to.Address.Protocol.Replace(".trttl", "", StringComparison.Ordinal));
        Assert.True(await ((RemoteActorRefProvider)((ExtendedActorSystem)from.System).Provider).Transport.ManagementCommand(
            new SetThrottle(bare, ThrottleTransportAdapter.Direction.Send, Blackhole.Instance)));
    }

    /// <summary>
    /// All cuts, three clusters at a time: they take seconds each, and next to no work. A row waits for its own. The first that is asked for begins them all, so that each machine has them in the same order.
    /// </summary>
    public sealed class Cuts : IAsyncLifetime
    {
        private const int AtATime = 3;
        private readonly Lazy<Dictionary<(SplitBrainRule Rule, int From, int To), Task>> _all = new(Begin);

        public Task Of(SplitBrainRule rule, int from, int to) => _all.Value[(rule, from, to)];

        public Task InitializeAsync() => Task.CompletedTask;

        /// <summary>Clusters that no row waited for end before other tests begin; whether they ended well is for the rows to say.</summary>
        public async Task DisposeAsync()
        {
            if (_all.IsValueCreated)
                await Task.WhenAny(Task.WhenAll(_all.Value.Values));
        }

        private static Dictionary<(SplitBrainRule Rule, int From, int To), Task> Begin()
        {
            var places = new SemaphoreSlim(AtATime);
            (SplitBrainRule Rule, int From, int To)[] cuts = [.. from edge in new[] { (0, 1), (1, 0), (1, 2), (2, 1), (0, -1) } from rule in Rules select (rule, edge.Item1, edge.Item2)];
            return cuts.ToDictionary(cut => cut, cut => Task.Run(async () =>
            {
                await places.WaitAsync();
                try
                {
                    await (cut.To < 0 ? CutTheFirstOffAsync(cut.Rule) : cut.From * cut.To == 0 ? CutTheFirstFromAnotherAsync(cut.Rule, cut.From, cut.To) : CutTwoOthersAsync(cut.Rule, cut.From, cut.To));
                }
                finally
                {
                    places.Release();
                }
            }));
        }
    }
}
