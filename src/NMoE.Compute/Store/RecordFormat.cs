using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NMoE.Compute.Store;

/// <summary>
/// A record as a file: <c>{"checksum":"..","record":{..}}</c>, the checksum being SHA-256 over the bytes of <c>record</c>.
/// A diverged loss is a result too, so NaN and the infinities are written as strings.
/// </summary>
internal static class RecordFormat
{
    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    public static byte[] Write(JobRecord record)
    {
        var json = JsonSerializer.Serialize(record, Options);
        return Encoding.UTF8.GetBytes($$"""{"checksum":"{{Checksum(json)}}","record":{{json}}}""");
    }

    /// <summary>The record of a key, or null when the bytes are not exactly what was written under it.</summary>
    public static JobRecord? Read(ReadOnlyMemory<byte> bytes, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            var json = root.GetProperty("record").GetRawText();
            if (root.GetProperty("checksum").GetString() != Checksum(json))
                return null;
            var record = JsonSerializer.Deserialize<JobRecord>(json, Options);
            return record is not null && record.Key() == key ? WithOrdinalMetrics(record) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    // The reader's own dictionary would order names by culture.
    private static JobRecord WithOrdinalMetrics(JobRecord record) =>
        record with { Result = record.Result with { Metrics = record.Result.Metrics.ToImmutableSortedDictionary(StringComparer.Ordinal) } };

    private static string Checksum(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
}
