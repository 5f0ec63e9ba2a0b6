using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Tests.Nodes;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Tests.Blobs;

public sealed class BlobServerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("blobs");
    private readonly MemoryShelf _shelf = new();
    private readonly Inbox _asker;

    public BlobServerTests() => _asker = Inbox.Create(_system);

    public void Dispose()
    {
        _asker.Dispose();
        _system.Dispose();
    }

    [Fact]
    public void A_blob_is_read_once_a_transfer()
    {
        var server = Serve(room: 1_000_000);
        var blob = _shelf.Put(MemoryShelf.Bytes(100_000, 1));

        AskFor(server, blob, 0, 60_000);
        AskFor(server, blob, 60_000, 40_000);
        Assert.Equal([(blob.Hash, 0), (blob.Hash, 60_000)], Answers(2));
        Assert.Equal(1, _shelf.Reads);
    }

    [Fact]
    public void A_second_blob_waits_until_the_first_is_sent_where_there_is_room_for_one()
    {
        var server = Serve(room: 150_000);
        var (one, two) = (_shelf.Put(MemoryShelf.Bytes(100_000, 1)), _shelf.Put(MemoryShelf.Bytes(100_000, 2)));

        AskFor(server, one, 0, 60_000);
        AskFor(server, two, 0, 60_000);
        AskFor(server, one, 60_000, 40_000);
        AskFor(server, two, 0, 60_000);

        Assert.Equal([(one.Hash, 0), (one.Hash, 60_000), (two.Hash, 0)], Answers(3));
        Assert.Equal(2, _shelf.Reads);
    }

    [Fact]
    public void A_blob_larger_than_the_room_goes_alone()
    {
        var server = Serve(room: 1000);
        var blob = _shelf.Put(MemoryShelf.Bytes(100_000, 1));

        AskFor(server, blob, 50_000, 50_000);

        Assert.Equal([(blob.Hash, 50_000)], Answers(1));
    }

    private IActorRef Serve(long room) => _system.ActorOf(BlobServer.Of(_shelf, room));

    private void AskFor(IActorRef server, BlobRef blob, long offset, int count) => _asker.Send(server, new BlobWanted(blob, offset, count));

    private (BlobHash Hash, long Offset)[] Answers(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (BlobChunk)_asker.Receive(NodeGroup.Patience)).Select(chunk => (chunk.Hash, chunk.Offset))];
}
