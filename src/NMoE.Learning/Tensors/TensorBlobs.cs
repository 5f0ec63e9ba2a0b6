using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Devices;
using static TorchSharp.torch;

namespace NMoE.Learning.Tensors;

/// <summary>Between tensors and tensor files.</summary>
internal static class TensorBlobs
{
    /// <summary>A float tensor of a file; the caller owns it.</summary>
    /// <exception cref="InvalidDataException">The file holds no such tensor.</exception>
    public static Tensor Floats(ReadOnlyMemory<byte> file, string name)
    {
        var blob = Find(file, name, TensorType.F32);
        return Backend.Floats(MemoryMarshal.Cast<byte, float>(blob.Data.Span).ToArray(), [.. blob.Shape]);
    }

    /// <summary>The labels of a shard, i64 [n].</summary>
    public static long[] Labels(ReadOnlyMemory<byte> shard) =>
        MemoryMarshal.Cast<byte, long>(Find(shard, "labels", TensorType.I64).Data.Span).ToArray();

    /// <summary>The pictures of a shard, picture after picture.</summary>
    public static ReadOnlyMemory<byte> Pictures(ReadOnlyMemory<byte> shard) => Find(shard, "images", TensorType.U8).Data;

    /// <summary>A file of one float tensor.</summary>
    public static ReadOnlyMemory<byte> File(string name, Tensor floats)
    {
        using var flat = floats.contiguous();
        return SafeTensors.Write([new TensorBlob(name, TensorType.F32, [.. floats.shape], Backend.Bytes(flat))]);
    }

    /// <summary>A tensor of any precision as floats of a file.</summary>
    public static TensorBlob Of(string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        var floats = values.to(float32).contiguous();
        return new(name, TensorType.F32, [.. floats.shape], Backend.Bytes(floats));
    }

    /// <summary>A tensor of a file as bytes.</summary>
    /// <exception cref="InvalidDataException">The file holds no such tensor.</exception>
    public static TensorBlob Find(ReadOnlyMemory<byte> file, string name, TensorType type) =>
        SafeTensors.Read(file).TryGet(name, out var blob) && blob.Type == type
            ? blob
            : throw new InvalidDataException($"A blob with a tensor '{name}' of type {type} is needed.");
}
