using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;

namespace NMoE.Learning.Metrics;

/// <summary>Scores of rows by class, as a blob holds them.</summary>
/// <param name="Values">[n, C], row by row.</param>
/// <param name="Classes">C.</param>
internal sealed record ScoreTable(float[] Values, int Classes)
{
    /// <summary>Reads a tensor f32 [n, C] of a blob.</summary>
    /// <exception cref="InvalidDataException">The blob holds no such tensor.</exception>
    public static ScoreTable Read(ReadOnlyMemory<byte> blob, string name, int rows)
    {
        var tensor = Find(blob, name, TensorType.F32);
        return tensor.Shape is [var n, var classes] && n == rows && classes > 0
            ? new(MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray(), (int)classes)
            : throw new InvalidDataException(FormattableString.Invariant(
                $"The tensor '{name}' has the shape [{string.Join(", ", tensor.Shape)}], but [{rows}, C] is needed, one row a label."));
    }

    /// <summary>Reads a shard's <c>labels</c>, i64 [n].</summary>
    /// <exception cref="InvalidDataException">The blob holds no labels.</exception>
    public static int[] ReadLabels(ReadOnlyMemory<byte> shard)
    {
        var labels = MemoryMarshal.Cast<byte, long>(Find(shard, "labels", TensorType.I64).Data.Span);
        return Array.ConvertAll(labels.ToArray(), label => checked((int)label));
    }

    private static string Describe(TensorBlob tensor) => $"{tensor.Name} ({tensor.Type})";

    private static TensorBlob Find(ReadOnlyMemory<byte> blob, string name, TensorType type)
    {
        var tensors = SafeTensors.Read(blob);
        return tensors.SingleOrDefault(tensor => tensor.Name == name && tensor.Type == type)
            ?? throw new InvalidDataException(
                $"A blob with a tensor '{name}' of type {type} is needed; this one holds {string.Join(", ", tensors.Select(Describe))}.");
    }
}
