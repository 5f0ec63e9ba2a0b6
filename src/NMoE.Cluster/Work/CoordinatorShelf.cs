using NMoE.Cluster.Blobs;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Work;

/// <summary>The coordinator's store as a shelf that keeps in mind what its disk refused: that ends a run, while a worker's trouble does not.</summary>
internal sealed class CoordinatorShelf(JobStore store) : IBlobShelf
{
    private volatile StoreException? _trouble;

    /// <summary>Why a blob could not be put; null while all could.</summary>
    public StoreException? Trouble => _trouble;

    public ReadOnlyMemory<byte>? TryRead(BlobRef blob) => store.TryRead(blob);

    /// <summary>Whether a blob is there.</summary>
    public bool Contains(BlobRef blob) => store.Contains(blob.Hash);

    public BlobRef Put(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return store.Put(bytes);
        }
        catch (StoreException trouble)
        {
            _trouble = trouble;
            throw;
        }
    }
}
