using Akka.Actor;

namespace NMoE.Cluster.Blobs;

/// <summary>Moves blobs between nodes; one a node, at <c>/user/blobs</c> (<see cref="NMoE.Cluster.Nodes.ClusterNode.ShareBlobs"/> starts it). Local requests: <see cref="FetchBlob"/>.</summary>
public sealed class BlobExchange : ReceiveActor
{
    /// <summary>The actor's name under <c>/user</c>, the same on every node.</summary>
    public const string Name = "blobs";

    private BlobExchange(IBlobShelf shelf)
    {
        Receive<FetchBlob>(fetch => Sender.Tell(shelf.TryRead(fetch.Blob) is null
            ? new BlobNotFetched(fetch.Blob, "Blobs do not move yet.")
            : new BlobFetched(fetch.Blob)));
    }

    /// <summary>The actor over a shelf.</summary>
    internal static Props Over(IBlobShelf shelf) => Props.Create(() => new BlobExchange(shelf));
}
