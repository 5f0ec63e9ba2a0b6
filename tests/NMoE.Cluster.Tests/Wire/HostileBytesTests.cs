using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote;
using Google.Protobuf;
using NMoE.Bench.Nodes;
using NMoE.Bench.Nodes.Frames;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Tests.Blobs;
using NMoE.Cluster.Tests.Nodes;

namespace NMoE.Cluster.Tests.Wire;

public sealed class HostileBytesTests
{
    /// <summary>A short run of <c>nmoe bench wire</c>.</summary>
    [Fact]
    public async Task A_node_answers_and_keeps_its_members_whatever_a_peer_writes()
    {
        await using var group = new NodeGroup();
        var nodes = await group.StartAsync(1);
        nodes[0].ShareBlobs(new MemoryShelf());

        var result = await HostilePeer.AttackAsync(nodes[0].Address.Port!.Value, seed: 1, frames: 30_000, _ => { }, CancellationToken.None);

        Assert.Equal(0, result.Unanswered);
        Assert.Equal(0, result.Made);
        Assert.Equal(2, NodeGroup.Up(nodes[0]).Length);
        Assert.False(nodes[0].Ended.IsCompleted || nodes[1].Ended.IsCompleted);
    }

    /// <summary>One frame of Akka's says so; a node that believed it would end itself.</summary>
    [Fact]
    public async Task A_stranger_cannot_have_a_node_believe_that_it_is_quarantined()
    {
        await using var group = new NodeGroup();
        var nodes = await group.StartAsync(1);
        using var told = Inbox.Create(nodes[0].System);
        nodes[0].System.EventStream.Subscribe(told.Receiver, typeof(ThisActorSystemQuarantinedEvent));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, nodes[0].Address.Port!.Value);

        byte[] quarantined = new Frame { Control = new() { Command = 5 } }.ToByteArray();
        await client.GetStream().WriteAsync(HostileBytes.Associate(1, 1));
        await client.GetStream().WriteAsync((byte[])[.. BitConverter.GetBytes(quarantined.Length), .. quarantined]);

        // Akka does believe it.
        Assert.IsType<ThisActorSystemQuarantinedEvent>(told.Receive(NodeGroup.Patience));
        var later = group.Start(NodeRoles.Worker);
        await NodeGroup.UntilAsync(() => NodeGroup.Up(nodes[0]).Contains(later.Address), "nobody can join any more");
        Assert.False(nodes[0].Ended.IsCompleted);
    }

    [Fact]
    public void Frames_are_functions_of_seed_and_number()
    {
        var (one, same, other) = (new HostileBytes(1, "nmoe@127.0.0.1:1"), new HostileBytes(1, "nmoe@127.0.0.1:1"), new HostileBytes(2, "nmoe@127.0.0.1:1"));

        Assert.All(Enumerable.Range(0, 100), number => Assert.Equal(one.Letter(number, 1), same.Letter(number, 1)));
        Assert.All(Enumerable.Range(0, 100), number => Assert.Equal(one.Nuisance(number), same.Nuisance(number)));
        Assert.Contains(Enumerable.Range(0, 100), number => !one.Letter(number, 1).SequenceEqual(other.Letter(number, 1)));
    }
}
