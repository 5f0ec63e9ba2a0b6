using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;

namespace NMoE.Cluster.Tests.Nodes;

public sealed class ClusterNodeTests
{
    [Fact]
    public async Task A_member_joins_and_leaves_and_the_others_are_told()
    {
        await using var group = new NodeGroup();
        var coordinator = group.Start(NodeRoles.Coordinator);
        using var heard = Inbox.Create(coordinator.System);
        coordinator.WatchRole(NodeRoles.Worker, heard.Receiver);
        var worker = group.Start(NodeRoles.Worker);

        Assert.Equal(new PeerJoined(worker.Address), heard.Receive(NodeGroup.Patience));
        await worker.DisposeAsync();
        Assert.Equal(new PeerLeft(worker.Address), heard.Receive(NodeGroup.Patience));
        Assert.Equal(NodeEnd.Left, await worker.Ended);
    }

    [Fact]
    public async Task A_node_that_ends_abruptly_is_removed()
    {
        await using var group = new NodeGroup();
        var nodes = await group.StartAsync(2);

        ((ExtendedActorSystem)nodes[2].System).Abort();

        await NodeGroup.UntilAsync(() => NodeGroup.Up(nodes[0]).Length == 2, "the dead node is still a member");
        await NodeGroup.UntilAsync(() => NodeGroup.Up(nodes[1]).Length == 2, "the dead node is still a member to the other worker");
        Assert.False(nodes[0].Ended.IsCompleted);
    }

    [Fact]
    public async Task A_node_that_a_member_quarantines_is_told()
    {
        await using var group = new NodeGroup();
        var nodes = await group.StartAsync(1);
        var worker = Akka.Cluster.Cluster.Get(nodes[1].System).SelfUniqueAddress;

        ((RemoteActorRefProvider)((ExtendedActorSystem)nodes[0].System).Provider).Quarantine(worker.Address, worker.Uid);

        // Whichever comes first: the member's word, or the membership's.
        Assert.Contains(await nodes[1].Ended.WaitAsync(NodeGroup.Patience), new[] { NodeEnd.Quarantined, NodeEnd.Downed });
    }

    [Fact]
    public async Task A_node_that_is_cut_off_while_it_joins_is_told()
    {
        // Welcomed, and never a member.
        await using var group = new NodeGroup { Above = ConfigurationFactory.ParseString("akka.cluster.min-nr-of-members = 3, nmoe.longest-join = 1 s") };
        group.Start(NodeRoles.Coordinator);

        Assert.Equal(NodeEnd.Orphaned, await group.Start(NodeRoles.Worker).Ended.WaitAsync(NodeGroup.Patience));
    }

    [Fact]
    public async Task A_node_that_finds_no_cluster_waits_for_one()
    {
        await using var group = new NodeGroup { Above = ConfigurationFactory.ParseString("nmoe.longest-join = 1 s") };
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var worker = ClusterNode.Start(Settings() with { Seeds = [FormattableString.Invariant($"127.0.0.1:{port}")] }, [], group.Above);

        // Turned away again and again, a second apart: longer than a join may take.
        for (var tries = 0; tries < 4; tries++)
            (await taken.AcceptTcpClientAsync().WaitAsync(NodeGroup.Patience)).Dispose();
        taken.Stop();
        Assert.False(worker.Ended.IsCompleted);
        var coordinator = ClusterNode.Start(NodeGroup.Settings(NodeSecurity.LoopbackOnly, null, NodeRoles.Coordinator) with { Port = port }, []);
        await NodeGroup.UntilAsync(() => NodeGroup.Up(coordinator).Contains(worker.Address), "the worker did not join the coordinator that came later");
        ((ExtendedActorSystem)worker.System).Abort();
        ((ExtendedActorSystem)coordinator.System).Abort();
    }

    [Fact]
    public async Task A_live_run_outlives_its_oldest_node()
    {
        await using var group = new NodeGroup();
        var first = ClusterNode.Start(Live(null), []);
        var others = new[] { ClusterNode.Start(Live(first), []), ClusterNode.Start(Live(first), []) };
        await NodeGroup.UntilAsync(() => others.All(node => NodeGroup.Up(node).Length == 3), "not all members are up");

        ((ExtendedActorSystem)first.System).Abort();

        await NodeGroup.UntilAsync(() => others.All(node => NodeGroup.Up(node).Length == 2), "the others did not go on");
        Assert.All(others, node => Assert.False(node.Ended.IsCompleted));
        foreach (var node in others)
            ((ExtendedActorSystem)node.System).Abort();
    }

    [Theory]
    [InlineData("192.0.2.1", "loopback addresses only")]
    [InlineData("0.0.0.0", "is no address of a node")]
    [InlineData("a\"b", "is no address of a node")]
    [InlineData("", "is no address of a node")]
    public void An_address_that_may_not_be_bound_is_refused_with_what_to_do(string host, string said)
    {
        var problem = Assert.Throws<NodeException>(() => ClusterNode.Start(Settings() with { Host = host }, []));

        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_without_certificates_is_told_how_to_get_them() => Assert.Equal(
        "A node without certificates may bind loopback addresses only, and '10.0.0.1' is none: whoever reaches it could join. Make certificates once (nmoe certificates DIR), "
        + "copy the folder to each machine, and give it (--certificates DIR); or bind 127.0.0.1.",
        Assert.Throws<NodeException>(() => ClusterNode.Start(Settings() with { Host = "10.0.0.1" }, [])).Message);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:70000")]
    [InlineData(":4000")]
    [InlineData("a/b:4000")]
    public void A_seed_that_is_none_is_refused(string seed) => Assert.Contains(
        "HOST:PORT", Assert.Throws<NodeException>(() => ClusterNode.Start(Settings() with { Seeds = [seed] }, [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_port_that_is_taken_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var problem = Assert.Throws<NodeException>(() => ClusterNode.Start(Settings() with { Port = port }, []));

        Assert.StartsWith(FormattableString.Invariant($"The node cannot listen on 127.0.0.1:{port}: "), problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Worker")]
    [InlineData("a]b")]
    [InlineData("")]
    public void A_role_that_is_none_is_refused(string role) =>
        Assert.Contains("no role", Assert.Throws<NodeException>(() => ClusterNode.Start(Settings() with { Roles = [role] }, [])).Message, StringComparison.Ordinal);

    private static NodeSettings Settings() => NodeGroup.Settings(NodeSecurity.LoopbackOnly, null, NodeRoles.Worker);

    private static NodeSettings Live(ClusterNode? seed) =>
        NodeGroup.Settings(NodeSecurity.LoopbackOnly, seed, NodeRoles.Live) with { SplitBrain = SplitBrainRule.KeepOldestLive };
}
