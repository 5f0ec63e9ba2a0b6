using NMoE.Compute.Store;

namespace NMoE.Cli.Live;

/// <summary>How a live node keeps what it computes and receives.</summary>
internal static class LiveStore
{
    /// <summary>A few models: what a round brings in is trained on, averaged and sent on within seconds.</summary>
    private const long RecentBytes = 256L << 20;

    /// <summary>Opens a store. A node whose power is cut is lost, and nobody reads its files: nothing is synced.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="maxBytes">Blobs are evicted beyond.</param>
    /// <exception cref="StoreException">The folder cannot be made or written.</exception>
    public static JobStore Open(string folder, long maxBytes) =>
        new(new(folder, maxBytes) { Durability = StoreDurability.ProcessEnd, RecentBytes = RecentBytes });
}
