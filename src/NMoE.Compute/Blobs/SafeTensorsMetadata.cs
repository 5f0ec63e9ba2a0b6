using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NMoE.Compute.Blobs;

/// <summary>What a file tells of its tensors beside them, for who reads it elsewhere: jobs' own blobs have none, so that equal tensors are equal bytes.</summary>
public static class SafeTensorsMetadata
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file with metadata in its header.</summary>
    /// <param name="file">A file of the format.</param>
    /// <param name="metadata">Names and texts, in the order that they are written in.</param>
    /// <exception cref="SafeTensorsException">The bytes are no such file.</exception>
    public static byte[] Put(ReadOnlyMemory<byte> file, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        SafeTensors.Read(file);
        var data = SafeTensors.LengthBytes + (int)BinaryPrimitives.ReadInt64LittleEndian(file.Span);
        var header = JsonNode.Parse(file.Span[SafeTensors.LengthBytes..data])!.AsObject();
        header.Remove(SafeTensors.Metadata);
        header.Insert(0, SafeTensors.Metadata, new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))));
        var text = Encoding.UTF8.GetBytes(header.ToJsonString(Relaxed));
        var padded = (text.Length + 7) / 8 * 8;
        var bytes = new byte[SafeTensors.LengthBytes + padded + file.Length - data];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, padded);
        text.CopyTo(bytes.AsSpan(SafeTensors.LengthBytes));
        bytes.AsSpan(SafeTensors.LengthBytes + text.Length, padded - text.Length).Fill((byte)' ');
        file.Span[data..].CopyTo(bytes.AsSpan(SafeTensors.LengthBytes + padded));
        return bytes;
    }
}
