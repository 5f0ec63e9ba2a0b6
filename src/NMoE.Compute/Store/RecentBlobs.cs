using NMoE.Compute.Blobs;

namespace NMoE.Compute.Store;

/// <summary>The blobs that a process was the last to put, or to read from a file, in memory: neither read from a file nor hashed again. Callable from any thread.</summary>
/// <param name="maxBytes">The oldest leave when all together take more; 0 keeps none.</param>
internal sealed class RecentBlobs(long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BlobHash, ReadOnlyMemory<byte>> _bytes = [];
    private readonly Queue<BlobHash> _order = new();
    private long _total;

    /// <summary>Keeps a blob whose bytes have been checked. They must not change any more.</summary>
    public void Keep(BlobHash hash, ReadOnlyMemory<byte> bytes)
    {
        lock (_lock)
        {
            if (bytes.Length > maxBytes || !_bytes.TryAdd(hash, bytes))
                return;
            _order.Enqueue(hash);
            _total += bytes.Length;
            while (_total > maxBytes)
            {
                _bytes.Remove(_order.Dequeue(), out var oldest);
                _total -= oldest.Length;
            }
        }
    }

    /// <summary>The bytes of a blob; null where they are not kept.</summary>
    public ReadOnlyMemory<byte>? Find(BlobRef blob)
    {
        lock (_lock)
            return _bytes.TryGetValue(blob.Hash, out var bytes) && bytes.Length == blob.Bytes ? (ReadOnlyMemory<byte>?)bytes : null;
    }
}
