using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Blobs;

/// <summary>Where a node keeps its blobs. It outlives the node's ActorSystems, so that a node that was downed comes back with its blobs. Called from several threads.</summary>
public interface IBlobShelf
{
    /// <summary>The bytes of a blob, or null where it is not kept.</summary>
    ReadOnlyMemory<byte>? TryRead(BlobRef blob);

    /// <summary>Keeps a blob.</summary>
    BlobRef Put(ReadOnlyMemory<byte> bytes);
}

/// <summary>A shelf over a store of jobs.</summary>
public sealed class StoreShelf(JobStore store) : IBlobShelf
{
    /// <inheritdoc/>
    /// <exception cref="StoreException">The file cannot be read, or the reference disagrees with the blob.</exception>
    public ReadOnlyMemory<byte>? TryRead(BlobRef blob) => store.TryRead(blob);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The disk is full, or cannot be written.</exception>
    public BlobRef Put(ReadOnlyMemory<byte> bytes) => store.Put(bytes);
}
