using System.Security.Cryptography;
using System.Text;

namespace NMoE.Reporting.Canonical;

/// <summary>The hash of all that an experiment came to. Hashes are SHA-256 in lower-case hexadecimal.</summary>
public static class StateHash
{
    /// <summary>SHA-256 of bytes.</summary>
    /// <param name="bytes">A canonical form.</param>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>SHA-256 of bytes that are written piece by piece, to a stream that gets them too.</summary>
    /// <param name="write">Writes them.</param>
    /// <param name="beside">Gets them; nobody does if it is left out.</param>
    internal static string Of(Action<Stream> write, Stream? beside = null)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(beside ?? Stream.Null, hash, CryptoStreamMode.Write, leaveOpen: true))
        {
            write(hashed);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }

    /// <summary>SHA-256 over four lines, <c>trace</c>, <c>model</c>, <c>metrics</c> and <c>ledger</c>, each followed by a blank and its hash.</summary>
    /// <param name="traceHash">Of the events.</param>
    /// <param name="modelHash">Of the final models.</param>
    /// <param name="metricsHash">Of <see cref="CanonicalForm.Metrics"/>.</param>
    /// <param name="ledgerHash">Of <see cref="CanonicalForm.Ledger"/>.</param>
    public static string Combine(string traceHash, string modelHash, string metricsHash, string ledgerHash) =>
        Of(Encoding.UTF8.GetBytes($"trace {traceHash}\nmodel {modelHash}\nmetrics {metricsHash}\nledger {ledgerHash}\n"));
}
