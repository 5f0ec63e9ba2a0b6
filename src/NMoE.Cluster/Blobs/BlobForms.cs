using System.Collections.Immutable;
using Google.Protobuf;
using NMoE.Cluster.Wire;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Blobs;

/// <summary>The messages of blobs on the wire (<c>blobs.proto</c>).</summary>
public static class BlobForms
{
    /// <summary>The most bytes of a blob in one message: about half a frame, so that a heartbeat waits behind little.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>The largest blob that moves between nodes, in bytes: 1 GiB, since the asker holds it in memory until its hash is known to be right.</summary>
    public const long LargestBlob = 1L << 30;

    // A hash, three numbers and their tags take less than this.
    private const int HeadBytes = 128;

    /// <summary>All of them.</summary>
    public static ImmutableArray<WireForm> All { get; } =
    [
        new("blob-wanted/1", typeof(BlobWanted), message => Write((BlobWanted)message), bytes => ReadWanted(bytes.Span), HeadBytes),
        new("blob-chunk/1", typeof(BlobChunk), message => Write((BlobChunk)message), bytes => ReadChunk(bytes.Span), HeadBytes + ChunkBytes),
        new("blob-absent/1", typeof(BlobAbsent), message => Write((BlobAbsent)message), bytes => ReadAbsent(bytes.Span), HeadBytes),
    ];

    private static Wire.BlobWanted Write(BlobWanted wanted) => new()
    {
        Sha256 = WireBlob.Sha256(wanted.Blob.Hash),
        Bytes = (ulong)wanted.Blob.Bytes,
        Offset = (ulong)wanted.Offset,
        Count = (uint)wanted.Count,
    };

    private static Wire.BlobChunk Write(BlobChunk chunk) => new()
    {
        Sha256 = WireBlob.Sha256(chunk.Hash),
        Offset = (ulong)chunk.Offset,
        Content = UnsafeByteOperations.UnsafeWrap(chunk.Content),
    };

    private static Wire.BlobAbsent Write(BlobAbsent absent) => new() { Sha256 = WireBlob.Sha256(absent.Hash) };

    private static BlobWanted ReadWanted(ReadOnlySpan<byte> bytes)
    {
        var wanted = Wire.BlobWanted.Parser.ParseFrom(bytes);
        if (wanted.Bytes > LargestBlob || wanted.Count is 0 or > ChunkBytes || wanted.Offset > wanted.Bytes || wanted.Count > wanted.Bytes - wanted.Offset)
            throw new WireException("A part of a blob was asked for that it cannot have.");
        return new(new BlobRef(WireBlob.Sha256(wanted.Sha256), (long)wanted.Bytes), (long)wanted.Offset, (int)wanted.Count);
    }

    private static BlobChunk ReadChunk(ReadOnlySpan<byte> bytes)
    {
        var chunk = Wire.BlobChunk.Parser.ParseFrom(bytes);
        if (chunk.Content.Length is 0 or > ChunkBytes || chunk.Offset > LargestBlob)
            throw new WireException("A part of a blob came that is no part of any.");
        return new(WireBlob.Sha256(chunk.Sha256), (long)chunk.Offset, chunk.Content.Memory);
    }

    private static BlobAbsent ReadAbsent(ReadOnlySpan<byte> bytes) => new(WireBlob.Sha256(Wire.BlobAbsent.Parser.ParseFrom(bytes).Sha256));
}
