using Akka.Actor;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Blobs;

/// <summary>To this node's <see cref="BlobExchange"/>: have a blob on this node's shelf. Answered to the sender with <see cref="BlobFetched"/> or <see cref="BlobNotFetched"/>; at once where it is kept already.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="From">The node that has it.</param>
public sealed record FetchBlob(BlobRef Blob, Address From);

/// <summary>The blob is on this node's shelf, and its bytes are those of its hash.</summary>
/// <param name="Blob">The blob.</param>
internal sealed record BlobFetched(BlobRef Blob);

/// <summary>The blob could not be fetched.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Reason">What went wrong, in words.</param>
public sealed record BlobNotFetched(BlobRef Blob, string Reason);

/// <summary>To this node's <see cref="BlobExchange"/>: what has moved? Answered with <see cref="BlobTraffic"/>.</summary>
internal sealed record AskBlobTraffic
{
    /// <summary>The question.</summary>
    public static AskBlobTraffic Now { get; } = new();
}

/// <summary>What has moved between this node and its peers since the node started.</summary>
/// <param name="Received">Bytes of blobs that came and were kept.</param>
/// <param name="Wasted">Bytes that came in vain: late, twice, or of a blob whose hash was wrong in the end.</param>
/// <param name="Sent">Bytes of blobs that were sent.</param>
/// <param name="Fetching">Blobs that are coming now.</param>
/// <param name="Waiting">Blobs that wait until one of these is there.</param>
internal sealed record BlobTraffic(long Received, long Wasted, long Sent, int Fetching, int Waiting);

/// <summary>On the wire, to the sender: bytes of a blob.</summary>
internal sealed record BlobWanted(BlobRef Blob, long Offset, int Count);

/// <summary>On the wire, to the asker: those bytes.</summary>
internal sealed record BlobChunk(BlobHash Hash, long Offset, ReadOnlyMemory<byte> Content);

/// <summary>On the wire, to the asker: there is no such blob.</summary>
internal sealed record BlobAbsent(BlobHash Hash);
