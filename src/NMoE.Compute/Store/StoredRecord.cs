using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Store;

/// <summary>A job with its result, as kept on disk: a line of checksum, then JSON.</summary>
/// <param name="Key">The job's key.</param>
/// <param name="Job">The job.</param>
/// <param name="Result">Its result.</param>
internal sealed record StoredRecord(string Key, Job Job, JobResult Result)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public byte[] Encode()
    {
        var body = JsonSerializer.Serialize(Form.Of(this), Options);
        return Encoding.UTF8.GetBytes(Checksum(body) + "\n" + body);
    }

    /// <summary>The record in these bytes, or null when they are not what was written under this key.</summary>
    public static StoredRecord? Decode(string key, ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        if (line < 0 || text[..line] != Checksum(text[(line + 1)..]))
        {
            return null;
        }

        var record = JsonSerializer.Deserialize<Form>(text[(line + 1)..], Options)!.Record();
        return record.Key == key ? record : null;
    }

    private static string Checksum(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    private sealed record BlobForm(string Sha256, long Bytes)
    {
        public static BlobForm Of(BlobRef blob) => new(blob.Hash.Hex, blob.Bytes);

        public BlobRef Blob() => new(new BlobHash(Sha256), Bytes);
    }

    private sealed record Form(
        string Key, string Kind, string Parameters, BlobForm[] Inputs, ulong Seed,
        BlobForm[] Outputs, SortedDictionary<string, double> Metrics, int[] Integers)
    {
        public static Form Of(StoredRecord record) => new(
            record.Key, record.Job.Kind, record.Job.Parameters, [.. record.Job.Inputs.Select(BlobForm.Of)], record.Job.Seed,
            [.. record.Result.Outputs.Select(BlobForm.Of)],
            new SortedDictionary<string, double>(record.Result.Metrics, StringComparer.Ordinal),
            [.. record.Result.Integers]);

        public StoredRecord Record() => new(
            Key,
            new Job(Kind, Parameters, [.. Inputs.Select(input => input.Blob())], Seed),
            new JobResult(
                [.. Outputs.Select(output => output.Blob())],
                Metrics.ToImmutableSortedDictionary(StringComparer.Ordinal),
                [.. Integers]));
    }
}
