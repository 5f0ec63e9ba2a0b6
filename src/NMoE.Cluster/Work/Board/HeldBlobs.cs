using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Work.Board;

/// <summary>The blobs that a worker was last seen with: a few thousand, the oldest forgotten first, however long it runs.</summary>
internal sealed record HeldBlobs
{
    /// <summary>How many are kept in mind.</summary>
    public const int Most = 4096;

    private ImmutableSortedDictionary<BlobHash, long> _since = ImmutableSortedDictionary<BlobHash, long>.Empty;
    private ImmutableSortedDictionary<long, BlobHash> _order = ImmutableSortedDictionary<long, BlobHash>.Empty;
    private long _next;

    /// <summary>None.</summary>
    public static HeldBlobs None { get; } = new();

    /// <summary>With these too, the last being the newest.</summary>
    public HeldBlobs With(IEnumerable<BlobRef> blobs)
    {
        var (since, order, next) = (_since.ToBuilder(), _order.ToBuilder(), _next);
        foreach (var blob in blobs)
        {
            if (since.TryGetValue(blob.Hash, out var before))
                order.Remove(before);
            since[blob.Hash] = next;
            order[next++] = blob.Hash;
        }

        while (since.Count > Most)
        {
            var (oldest, hash) = order.First();
            order.Remove(oldest);
            since.Remove(hash);
        }

        return new() { _since = since.ToImmutable(), _order = order.ToImmutable(), _next = next };
    }

    /// <summary>How many bytes of some blobs these are.</summary>
    public long BytesOf(ImmutableArray<BlobRef> blobs)
    {
        if (_since.IsEmpty)
            return 0;
        var bytes = 0L;
        foreach (var blob in blobs)
            bytes += _since.ContainsKey(blob.Hash) ? blob.Bytes : 0;
        return bytes;
    }
}
