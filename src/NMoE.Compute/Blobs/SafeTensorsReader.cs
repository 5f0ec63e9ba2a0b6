using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace NMoE.Compute.Blobs;

/// <summary>Reads safetensors that may come from anywhere: every claim of the header is checked before it is used.</summary>
internal static class SafeTensorsReader
{
    // The data must be covered without holes or overlaps, so that no bytes hide in a blob.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private sealed record Entry(string Name, TensorType Type, ImmutableArray<long> Shape, long Begin, long End);

    public static TensorList Read(ReadOnlyMemory<byte> bytes)
    {
        var header = HeaderOf(bytes);
        var data = bytes[(SafeTensors.LengthBytes + header.Length)..];
        try
        {
            using var json = JsonDocument.Parse(header, Strict);
            var entries = Entries(json.RootElement);
            CheckCover(entries, data.Length);
            return new(entries.Select(e => new TensorBlob(e.Name, e.Type, e.Shape, data[(int)e.Begin..(int)e.End])));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new SafeTensorsException($"The header is not the JSON of a safetensors file: {e.Message}", e);
        }
    }

    private static ReadOnlyMemory<byte> HeaderOf(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < SafeTensors.LengthBytes)
            throw new SafeTensorsException($"The file has {bytes.Length} bytes; the header's length alone takes {SafeTensors.LengthBytes}.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (length > SafeTensors.MaxHeaderBytes)
            throw new SafeTensorsException($"The header claims {length} bytes; at most {SafeTensors.MaxHeaderBytes} are allowed.");
        if (length > (ulong)(bytes.Length - SafeTensors.LengthBytes))
            throw new SafeTensorsException($"The header claims {length} bytes; the file has {bytes.Length - SafeTensors.LengthBytes} after it.");
        var header = bytes.Slice(SafeTensors.LengthBytes, (int)length);
        if (header.IsEmpty || header.Span[0] != (byte)'{')
            throw new SafeTensorsException("The header does not begin with '{'.");
        return header;
    }

    private static ImmutableArray<Entry> Entries(JsonElement root) =>
        [.. root.EnumerateObject().Where(p => !IsMetadata(p)).Select(p => EntryOf(p.Name, p.Value))];

    private static bool IsMetadata(JsonProperty property)
    {
        if (property.Name != SafeTensors.Metadata)
            return false;
        if (property.Value.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.String))
            return true;
        throw new SafeTensorsException($"'{SafeTensors.Metadata}' must map strings to strings.");
    }

    private static Entry EntryOf(string name, JsonElement value)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (member.Name is not ("dtype" or "shape" or "data_offsets"))
                throw new SafeTensorsException($"The tensor '{name}' has the unknown member '{member.Name}'.");
        }

        var type = TypeOf(name, Member(name, value, "dtype").GetString());
        var shape = Numbers(name, Member(name, value, "shape"));
        var offsets = Numbers(name, Member(name, value, "data_offsets"));
        if (offsets.Length != 2)
            throw new SafeTensorsException($"The tensor '{name}' has {offsets.Length} data_offsets; 2 are needed.");
        var size = SafeTensors.SizeOf(type, shape)
            ?? throw new SafeTensorsException($"The tensor '{name}' has an impossible shape [{string.Join(", ", shape)}].");
        if (offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] - offsets[0] != size)
        {
            throw new SafeTensorsException(
                $"The tensor '{name}' has data_offsets [{offsets[0]}, {offsets[1]}]; {type} [{string.Join(", ", shape)}] takes {size} bytes.");
        }

        return new(name, type, shape, offsets[0], offsets[1]);
    }

    private static JsonElement Member(string name, JsonElement value, string member) =>
        value.TryGetProperty(member, out var found) ? found : throw new SafeTensorsException($"The tensor '{name}' has no '{member}'.");

    private static TensorType TypeOf(string name, string? text)
    {
        foreach (var type in Enum.GetValues<TensorType>())
        {
            if (type.ToString() == text)
                return type;
        }

        throw new SafeTensorsException(
            $"The tensor '{name}' has the dtype '{text}'; known are {string.Join(", ", Enum.GetNames<TensorType>())}.");
    }

    private static ImmutableArray<long> Numbers(string name, JsonElement array) =>
        [.. array.EnumerateArray().Select(e => e.TryGetInt64(out var number)
            ? number
            : throw new SafeTensorsException($"The tensor '{name}' has '{e}' where a 64-bit integer is needed."))];

    private static void CheckCover(ImmutableArray<Entry> entries, long length)
    {
        var position = 0L;
        foreach (var entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != position)
                throw new SafeTensorsException($"The tensor '{entry.Name}' begins at byte {entry.Begin} of the data; {position} was due.");
            position = entry.End;
        }

        if (position != length)
            throw new SafeTensorsException($"The tensors take {position} bytes of data; the file has {length}.");
    }
}
