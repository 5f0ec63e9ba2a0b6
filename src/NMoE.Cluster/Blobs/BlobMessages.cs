using Akka.Actor;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Blobs;

/// <summary>To this node's <see cref="BlobExchange"/>: have a blob on this node's shelf. Answered to the sender with <see cref="BlobFetched"/> or <see cref="BlobNotFetched"/>; at once where it is kept already.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="From">The node that has it.</param>
public sealed record FetchBlob(BlobRef Blob, Address From);

/// <summary>The blob is on this node's shelf, and its bytes are those of its hash.</summary>
/// <param name="Blob">The blob.</param>
public sealed record BlobFetched(BlobRef Blob);

/// <summary>The blob could not be fetched.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Reason">What went wrong, in words.</param>
public sealed record BlobNotFetched(BlobRef Blob, string Reason);
