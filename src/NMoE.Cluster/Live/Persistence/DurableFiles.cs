using System.Buffers.Binary;
using System.Security.Cryptography;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Persistence;

/// <summary>
/// What devices of a run persisted, a file each, on one node: SHA-256 of the rest, a version (8 bytes, little-endian), then the state. Files are there whole or not at all and outlive the process; a
/// power cut is a lost node. Called from several threads, but for one device by one at a time.
/// </summary>
/// <param name="folder">The run's folder on this node.</param>
internal sealed class DurableFiles(string folder)
{
    private const int HeadBytes = SHA256.HashSizeInBytes + sizeof(long);

    /// <summary>What a device persisted last, and its version; null where there is nothing.</summary>
    public (long Version, byte[] Durable)? Read(DeviceId device)
    {
        var path = PathOf(device);
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        return bytes.Length >= HeadBytes && SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes))
            ? (BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(SHA256.HashSizeInBytes)), bytes[HeadBytes..])
            : throw new LiveException($"The file '{path}' is not as it was written when the {device} persisted its state. Begin a new run.");
    }

    /// <summary>Keeps what a device persisted.</summary>
    public void Write(DeviceId device, long version, ReadOnlySpan<byte> durable)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(device);
        var beside = path + ".tmp";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            Span<byte> head = stackalloc byte[HeadBytes];
            BinaryPrimitives.WriteInt64LittleEndian(head[SHA256.HashSizeInBytes..], version);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(head[SHA256.HashSizeInBytes..]);
            hash.AppendData(durable);
            hash.GetHashAndReset(head);
            stream.Write(head);
            stream.Write(durable);
        }

        File.Move(beside, path, overwrite: true);
    }

    private string PathOf(DeviceId device) => Path.Combine(folder, device + ".state");
}
