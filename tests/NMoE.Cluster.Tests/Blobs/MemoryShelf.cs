using System.Collections.Concurrent;
using System.Security.Cryptography;
using NMoE.Cluster.Blobs;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Tests.Blobs;

/// <summary>A shelf in memory, and what was done with it.</summary>
public sealed class MemoryShelf : IBlobShelf
{
    private readonly ConcurrentDictionary<BlobHash, ReadOnlyMemory<byte>> _blobs = new();
    private int _puts;
    private int _reads;

    public int Puts => Volatile.Read(ref _puts);

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>A blob of bytes that follow from the seed.</summary>
    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static BlobRef RefOf(ReadOnlySpan<byte> bytes) => new(new BlobHash(Convert.ToHexStringLower(SHA256.HashData(bytes))), bytes.Length);

    public ReadOnlyMemory<byte>? TryRead(BlobRef blob)
    {
        Interlocked.Increment(ref _reads);
        return _blobs.TryGetValue(blob.Hash, out var bytes) ? (ReadOnlyMemory<byte>?)bytes : null;
    }

    public BlobRef Put(ReadOnlyMemory<byte> bytes)
    {
        Interlocked.Increment(ref _puts);
        var blob = RefOf(bytes.Span);
        _blobs[blob.Hash] = bytes;
        return blob;
    }
}
