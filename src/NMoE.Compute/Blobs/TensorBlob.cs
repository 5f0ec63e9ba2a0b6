using System.Collections.Immutable;

namespace NMoE.Compute.Blobs;

/// <summary>Element types of a blob's tensors, under their safetensors names.</summary>
public enum TensorType
{
    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>IEEE binary32.</summary>
    F32,

    /// <summary>IEEE binary16.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,

    /// <summary>IEEE binary64.</summary>
    F64,

    /// <summary>Signed 32-bit integer.</summary>
    I32,
}

/// <summary>A tensor as bytes, free of any tensor library.</summary>
/// <param name="Name">The tensor's name, unique in its blob.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
/// <param name="Data">The elements, row-major and little-endian.</param>
public sealed record TensorBlob(string Name, TensorType Type, ImmutableArray<long> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>The tensor without its data.</summary>
    public TensorShape Outline => new(Name, Type, Shape);
}

/// <summary>A tensor that is not there yet.</summary>
/// <param name="Name">The tensor's name, unique in its blob.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
public sealed record TensorShape(string Name, TensorType Type, ImmutableArray<long> Shape)
{
    /// <summary>The bytes of its data.</summary>
    /// <exception cref="SafeTensorsException">The shape is negative or too large to count.</exception>
    public long Bytes => SafeTensors.SizeOf(Type, Shape)
        ?? throw new SafeTensorsException($"The tensor '{Name}' cannot have the shape [{string.Join(", ", Shape)}].");
}

/// <summary>Facts about element types.</summary>
internal static class TensorTypes
{
    /// <summary>The bytes of one element.</summary>
    public static int Size(this TensorType type) => type switch
    {
        TensorType.U8 => 1,
        TensorType.F16 or TensorType.BF16 => 2,
        TensorType.F32 or TensorType.I32 => 4,
        TensorType.F64 or TensorType.I64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a tensor type."),
    };
}
