namespace NMoE.Compute.Store;

/// <summary>Where a store lies and how large it may grow.</summary>
/// <param name="Path">The store's folder; made when missing.</param>
/// <param name="MaxBytes">Blobs are evicted, least recently used first, when they take more bytes than this. Records are not counted.</param>
public sealed record StoreSettings(string Path, long MaxBytes)
{
    /// <summary>Bytes of the blobs that were put or read last, which stay in memory too: for a process that hands the same ones on at once, each hashed once instead of three times.</summary>
    public long RecentBytes { get; init; }
}
