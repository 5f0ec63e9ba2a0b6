using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace NMoE.Compute.Blobs;

/// <summary>Element types of a tensor file.</summary>
public enum TensorType
{
    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>Half precision.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,

    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Double precision.</summary>
    F64,
}

/// <summary>A named tensor as bytes.</summary>
/// <param name="Name">Name, by PyTorch's convention for parameters.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes, row-major.</param>
/// <param name="Data">Elements, little-endian.</param>
public sealed record TensorBlob(string Name, TensorType Type, ImmutableArray<long> Shape, ReadOnlyMemory<byte> Data);

/// <summary>
/// The safetensors format: a header of names, types, shapes and offsets, then the elements. Equal tensors give equal bytes:
/// names stand in ordinal order and the header is padded so that data begins at a multiple of eight.
/// </summary>
public static class SafeTensors
{
    private const int LengthBytes = 8;
    private const long MaxHeader = 16 << 20;

    /// <summary>Encodes tensors.</summary>
    public static byte[] Write(IEnumerable<TensorBlob> tensors)
    {
        var ordered = tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToArray();
        var header = Header(ordered);
        var file = new byte[LengthBytes + header.Length + ordered.Sum(tensor => (long)tensor.Data.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, LengthBytes);
        var place = LengthBytes + header.Length;
        foreach (var tensor in ordered)
        {
            tensor.Data.Span.CopyTo(file.AsSpan(place));
            place += tensor.Data.Length;
        }

        return file;
    }

    /// <summary>Decodes tensors, ordered by name. Their data are views of <paramref name="file"/>.</summary>
    /// <exception cref="BlobFormatException">Not a well-formed tensor file.</exception>
    public static ImmutableSortedDictionary<string, TensorBlob> Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < LengthBytes)
        {
            throw new BlobFormatException($"it has {file.Length} bytes, fewer than the 8 of a header's length");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(file.Span);
        if (length is < 2 or > MaxHeader || length > file.Length - LengthBytes)
        {
            throw new BlobFormatException($"its header claims {length} bytes of {file.Length}");
        }

        try
        {
            using var header = JsonDocument.Parse(file.Slice(LengthBytes, (int)length));
            return Tensors(header.RootElement, file[(LengthBytes + (int)length)..]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException)
        {
            throw new BlobFormatException("its header is malformed: " + error.Message);
        }
    }

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(TensorType type) => type switch
    {
        TensorType.U8 => 1,
        TensorType.F16 or TensorType.BF16 => 2,
        TensorType.I32 or TensorType.F32 => 4,
        _ => 8,
    };

    private static byte[] Header(TensorBlob[] tensors)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (stream.Length % LengthBytes != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }

    private static ImmutableSortedDictionary<string, TensorBlob> Tensors(JsonElement header, ReadOnlyMemory<byte> data)
    {
        var tensors = ImmutableSortedDictionary.CreateBuilder<string, TensorBlob>(StringComparer.Ordinal);
        foreach (var item in header.EnumerateObject().Where(item => item.Name != "__metadata__"))
        {
            if (!tensors.TryAdd(item.Name, Tensor(item, data)))
            {
                throw new BlobFormatException($"it names the tensor '{item.Name}' twice");
            }
        }

        if (tensors.Values.Sum(tensor => (long)tensor.Data.Length) != data.Length)
        {
            throw new BlobFormatException("its tensors overlap or leave gaps");
        }

        return tensors.ToImmutable();
    }

    private static TensorBlob Tensor(JsonProperty item, ReadOnlyMemory<byte> data)
    {
        var type = Enum.TryParse<TensorType>(item.Value.GetProperty("dtype").GetString(), out var known)
            ? known
            : throw new BlobFormatException($"the tensor '{item.Name}' has an unknown type");
        ImmutableArray<long> shape = [.. item.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        var offsets = item.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.Length || shape.Any(size => size < 0))
        {
            throw new BlobFormatException($"the tensor '{item.Name}' lies outside the file");
        }

        if (shape.Aggregate((long)SizeOf(type), (bytes, size) => checked(bytes * size)) != offsets[1] - offsets[0])
        {
            throw new BlobFormatException($"the tensor '{item.Name}' has another size than its shape says");
        }

        return new TensorBlob(item.Name, type, shape, data[(int)offsets[0]..(int)offsets[1]]);
    }
}

/// <summary>Bytes that should be a tensor file are none.</summary>
public sealed class BlobFormatException(string what) : Exception($"This is no safetensors file: {what}.");
