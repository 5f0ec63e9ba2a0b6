using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NMoE.Compute.Jobs;

/// <summary>The name of a job in the store: SHA-256 over all that determines the bits of its result.</summary>
public static class JobKey
{
    private const string Format = "nmoe-job-1";

    // Unpaired surrogates would all become one replacement character, and two jobs one key.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The key of a job on machines with this fingerprint: 64 lower-case hexadecimal digits.</summary>
    /// <param name="fingerprint">Names the code and the arithmetic of the machine.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="ArgumentException">A string of the job is not valid Unicode.</exception>
    public static string Of(string fingerprint, Job job)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Format);
        Append(hash, fingerprint);
        Append(hash, job.Kind);
        Append(hash, job.Parameters);
        Append(hash, (ulong)job.Inputs.Length);
        foreach (var input in job.Inputs)
        {
            Append(hash, input.Hash.Hex);
            Append(hash, (ulong)input.Bytes);
        }

        Append(hash, job.Seed);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Utf8.GetBytes(text);
        Append(hash, (ulong)bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, ulong number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
