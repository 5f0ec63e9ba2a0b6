using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NMoE.Compute.Blobs;

/// <summary>
/// The safetensors format (https://huggingface.co/docs/safetensors): an 8-byte little-endian header length, a JSON header, the data.
/// Equal tensors give equal bytes: names in ordinal order, no metadata, the header padded with spaces so that the data is 8-aligned.
/// </summary>
public static class SafeTensors
{
    /// <summary>The longest header that is read, in bytes: the reference implementation's limit.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    internal const int LengthBytes = 8;
    internal const string Metadata = "__metadata__";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tensors as one blob.</summary>
    /// <exception cref="SafeTensorsException">A name is used twice or reserved, or a tensor's data does not fill its shape.</exception>
    public static byte[] Write(IEnumerable<TensorBlob> tensors)
    {
        ImmutableArray<TensorBlob> ordered = [.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)];
        Check(ordered);
        var header = Header([.. ordered.Select(tensor => tensor.Outline)]);
        var padded = Padded(header);
        if (padded > MaxHeaderBytes)
            throw new SafeTensorsException($"The header takes {padded} bytes; at most {MaxHeaderBytes} are allowed.");
        var total = LengthBytes + padded + ordered.Sum(t => (long)t.Data.Length);
        if (total > Array.MaxLength)
            throw new SafeTensorsException($"The blob would take {total} bytes; at most {Array.MaxLength} are allowed.");
        var bytes = GC.AllocateUninitializedArray<byte>((int)total);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, padded);
        header.CopyTo(bytes.AsSpan(LengthBytes));
        bytes.AsSpan(LengthBytes + header.Length, padded - header.Length).Fill((byte)' ');
        var position = LengthBytes + padded;
        foreach (var tensor in ordered)
        {
            tensor.Data.Span.CopyTo(bytes.AsSpan(position));
            position += tensor.Data.Length;
        }

        return bytes;
    }

    /// <summary>The bytes of a blob of such tensors, to the byte, without making it.</summary>
    public static long BytesOf(IEnumerable<TensorShape> tensors)
    {
        ImmutableArray<TensorShape> ordered = [.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)];
        return LengthBytes + Padded(Header(ordered)) + ordered.Sum(tensor => tensor.Bytes);
    }

    /// <summary>The tensors of a blob, over the same memory.</summary>
    /// <exception cref="SafeTensorsException">The bytes are not a complete, consistent safetensors file.</exception>
    public static TensorList Read(ReadOnlyMemory<byte> bytes) => SafeTensorsReader.Read(bytes);

    /// <summary>The bytes that a shape takes, or null when the shape is negative or too large to count.</summary>
    internal static long? SizeOf(TensorType type, ImmutableArray<long> shape)
    {
        long size = type.Size();
        foreach (var dimension in shape)
        {
            if (dimension < 0 || (dimension > 0 && size > long.MaxValue / dimension))
                return null;
            size *= dimension;
        }

        return size;
    }

    private static int Padded(ReadOnlySpan<byte> header) => (header.Length + 7) / 8 * 8;

    private static void Check(ImmutableArray<TensorBlob> ordered)
    {
        for (var i = 0; i < ordered.Length; i++)
        {
            var tensor = ordered[i];
            if (!IsUnicode(tensor.Name))
                throw new SafeTensorsException($"The name of tensor {i} is not valid Unicode; two such names would be written alike.");
            if (tensor.Name == Metadata)
                throw new SafeTensorsException($"The name '{Metadata}' is reserved by the format; name the tensor otherwise.");
            if (i > 0 && ordered[i - 1].Name == tensor.Name)
                throw new SafeTensorsException($"Two tensors are named '{tensor.Name}'; names must be unique.");
            if (!Enum.IsDefined(tensor.Type))
                throw new SafeTensorsException($"The tensor '{tensor.Name}' has the unknown type {(int)tensor.Type}.");
            var size = SizeOf(tensor.Type, tensor.Shape);
            if (size != tensor.Data.Length)
            {
                throw new SafeTensorsException(
                    $"The tensor '{tensor.Name}' has {tensor.Data.Length} bytes; {tensor.Type} [{string.Join(", ", tensor.Shape)}] takes {size}.");
            }
        }
    }

    private static bool IsUnicode(string name)
    {
        var rest = name.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != OperationStatus.Done)
                return false;
            rest = rest[used..];
        }

        return true;
    }

    private static ReadOnlySpan<byte> Header(ImmutableArray<TensorShape> ordered)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        var position = 0L;
        foreach (var tensor in ordered)
        {
            WriteEntry(json, tensor, position);
            position += tensor.Bytes;
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    private static void WriteEntry(Utf8JsonWriter json, TensorShape tensor, long position)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.ToString());
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape)
            json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(position);
        json.WriteNumberValue(position + tensor.Bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
