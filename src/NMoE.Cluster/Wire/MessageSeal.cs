using System.Security.Cryptography;
using System.Text;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Wire;

/// <summary>
/// Proves with each message that its sender knows the cluster's secret, without sending it: HMAC-SHA256 under the secret of the manifest and the bytes, its first 16 bytes behind them.
/// The channel beneath (TLS) keeps others from replaying or reading; the seal keeps a peer out that has a certificate but not the secret, from the first message of its join on.
/// </summary>
internal sealed class MessageSeal
{
    private const int TagBytes = 16;

    private static readonly byte[] Purpose = Encoding.ASCII.GetBytes("nmoe wire 1\0");

    private readonly byte[] _secret;

    private MessageSeal(byte[] secret) => _secret = secret;

    /// <summary>No secret: messages carry no seal, and none is asked for.</summary>
    public static MessageSeal None { get; } = new([]);

    /// <summary>The bytes that a seal adds to a message.</summary>
    public int Bytes => _secret.Length == 0 ? 0 : TagBytes;

    public static MessageSeal Under(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, 32);
        return new(secret.ToArray());
    }

    /// <summary>Writes the seal into the last <see cref="Bytes"/> of a message.</summary>
    public void Close(string manifest, Span<byte> message)
    {
        if (Bytes > 0)
            Write(manifest, message[..^TagBytes], message[^TagBytes..]);
    }

    /// <summary>The message without its seal.</summary>
    /// <exception cref="WireException">The seal is not that of this cluster's secret.</exception>
    public ReadOnlyMemory<byte> Open(string manifest, ReadOnlyMemory<byte> message)
    {
        if (Bytes == 0)
            return message;
        Span<byte> expected = stackalloc byte[TagBytes];
        if (message.Length >= TagBytes)
        {
            Write(manifest, message.Span[..^TagBytes], expected);
            if (CryptographicOperations.FixedTimeEquals(expected, message.Span[^TagBytes..]))
                return message[..^TagBytes];
        }

        throw new WireException("A message was refused: its sender does not know this cluster's secret.");
    }

    private void Write(string manifest, ReadOnlySpan<byte> message, Span<byte> tag)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        hash.AppendData(Purpose);
        hash.AppendData(Encoding.UTF8.GetBytes(manifest + "\0"));
        hash.AppendData(message);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        whole[..TagBytes].CopyTo(tag);
    }
}
