using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NMoE.Learning.Privacy;

/// <summary>
/// 256 bits that noise follows from. They are in no job, record, message or text: a job names them by <see cref="KeyId"/>, and the function that runs it is
/// given them.
/// </summary>
public sealed class NoiseSecret
{
    /// <summary>Number of bytes.</summary>
    public const int Size = 32;

    private const string ClientLabel = "nmoe/1/noise-secret/client/";
    private const string KeyIdLabel = "nmoe/1/noise-secret/key-id";
    private readonly byte[] _bits;

    /// <summary>Takes a copy of the bits.</summary>
    /// <param name="bits">From the operating system's generator, 32 bytes.</param>
    /// <exception cref="SecretException">They are not as many.</exception>
    public NoiseSecret(ReadOnlySpan<byte> bits)
    {
        if (bits.Length != Size)
        {
            throw new SecretException(FormattableString.Invariant($"A secret for noise has {bits.Length} bytes; {Size} are needed."));
        }

        _bits = bits.ToArray();
    }

    /// <summary>A name that gives nothing away: 64 bits of a hash.</summary>
    public ulong KeyId => BinaryPrimitives.ReadUInt64LittleEndian(Derived(KeyIdLabel));

    /// <summary>The secret of one client, where this is that of all.</summary>
    public NoiseSecret Of(int client) => new(Derived(ClientLabel + client.ToString(CultureInfo.InvariantCulture)));

    /// <summary>HMAC-SHA-256 of a message under this secret.</summary>
    internal void Authenticate(ReadOnlySpan<byte> message, Span<byte> digest) => HMACSHA256.HashData(_bits, message, digest);

    private byte[] Derived(string label) => SHA256.HashData([.. Encoding.UTF8.GetBytes(label), .. _bits]);
}

/// <summary>The clients' secrets in this process.</summary>
public sealed class ReleaseSecrets
{
    private readonly SortedDictionary<ulong, NoiseSecret> _byKeyId = [];

    private ReleaseSecrets(IEnumerable<NoiseSecret> secrets)
    {
        foreach (var secret in secrets)
            _byKeyId[secret.KeyId] = secret;
    }

    /// <summary>One client's alone.</summary>
    internal static ReleaseSecrets Holding(NoiseSecret secret) => new([secret]);

    /// <summary>None: noise can follow from seeds only.</summary>
    public static ReleaseSecrets None { get; } = new([]);

    /// <summary>The secrets of n clients.</summary>
    /// <param name="master">What they are derived from.</param>
    /// <param name="clients">n.</param>
    public static ReleaseSecrets Of(NoiseSecret master, int clients) => new(Enumerable.Range(0, clients).Select(master.Of));

    /// <summary>A secret by its name.</summary>
    /// <exception cref="SecretException">It is not here.</exception>
    public NoiseSecret Find(ulong keyId) => _byKeyId.TryGetValue(keyId, out var secret)
        ? secret
        : throw new SecretException(FormattableString.Invariant(
            $"The secret {keyId:x16} that a client's noise follows from is not here. Only the run that made the noise, or one with the same store and its secret, can make it again."));
}

/// <summary>A secret is missing, or not what it must be. The message says what would be right, and nothing of the secret.</summary>
public sealed class SecretException(string message, Exception? cause = null) : LearningException(message, cause);
