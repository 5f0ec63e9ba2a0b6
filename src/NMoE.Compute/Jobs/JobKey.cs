using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NMoE.Compute.Jobs;

/// <summary>The name of a job in the store: SHA-256 over all that determines the bits of its result.</summary>
public static class JobKey
{
    private const string Format = "nmoe-job-1";
    private const int InitialBytes = 1024;

    // Unpaired surrogates would all become one replacement character, and two jobs one key.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The key of a job on machines with this fingerprint: 64 lower-case hexadecimal digits.</summary>
    /// <param name="fingerprint">Names the code and the arithmetic of the machine.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="ArgumentException">A string of the job is not valid Unicode.</exception>
    public static string Of(string fingerprint, Job job)
    {
        // One buffer and one hash: a rehearsal names a million jobs, and a call of the hash for each part would take longer than hashing.
        var parts = new ArrayBufferWriter<byte>(InitialBytes);
        Append(parts, Format);
        Append(parts, fingerprint);
        Append(parts, job.Kind);
        Append(parts, job.Parameters);
        Append(parts, (ulong)job.Inputs.Length);
        foreach (var input in job.Inputs)
        {
            Append(parts, input.Hash.Hex);
            Append(parts, (ulong)input.Bytes);
        }

        Append(parts, job.Seed);
        return Convert.ToHexStringLower(SHA256.HashData(parts.WrittenSpan));
    }

    private static void Append(ArrayBufferWriter<byte> parts, string text)
    {
        Append(parts, (ulong)Utf8.GetByteCount(text));
        Utf8.GetBytes(text, parts);
    }

    private static void Append(ArrayBufferWriter<byte> parts, ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(parts.GetSpan(sizeof(ulong)), number);
        parts.Advance(sizeof(ulong));
    }
}
