using NMoE.Cli.Running;
using NMoE.Compute.Store;

namespace NMoE.Cli.Live;

/// <summary>How a live node keeps what it computes and receives.</summary>
internal static class LiveStore
{
    /// <summary>Opens a store. A node whose power is cut is lost, and nobody reads its files.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="maxBytes">Blobs are evicted beyond.</param>
    /// <exception cref="StoreException">The folder cannot be made or written.</exception>
    public static JobStore Open(string folder, long maxBytes) =>
        new(new(folder, maxBytes) { RecentBytes = Places.RecentBytes });
}
