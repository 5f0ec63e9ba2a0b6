using Google.Protobuf;
using NMoE.Compute.Blobs;

namespace NMoE.Federation.Protocol;

/// <summary>References to blobs, to and from any Protobuf form that has a hash and a size.</summary>
public static class WireBlob
{
    private const int Sha256Bytes = 32;

    /// <summary>A hash on the wire: its 32 bytes.</summary>
    public static ByteString Sha256(BlobHash hash) => ByteString.CopyFrom(Convert.FromHexString(hash.Hex));

    /// <summary>The hash of its bytes, never of a text: what becomes of it is 64 hexadecimal digits, and so no path.</summary>
    /// <exception cref="WireException">There are not 32 bytes.</exception>
    public static BlobHash Sha256(ByteString? bytes) => bytes is { Length: Sha256Bytes }
        ? new BlobHash(Convert.ToHexStringLower(bytes.Span))
        : throw new WireException("A message holds a hash that is no SHA-256.");

    /// <summary>The blob of a hash and a size.</summary>
    /// <param name="sha256">The hash; null where the message names no blob.</param>
    /// <param name="bytes">The size.</param>
    /// <param name="most">The largest size that the receiver can use.</param>
    /// <exception cref="WireException">There is no such blob.</exception>
    public static BlobRef Read(ByteString? sha256, ulong bytes, long most = long.MaxValue) => bytes <= (ulong)most
        ? new BlobRef(Sha256(sha256), (long)bytes)
        : throw new WireException(FormattableString.Invariant($"A message names a blob of {bytes} bytes: there are none of more than {most}."));
}
