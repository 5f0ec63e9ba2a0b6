using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NMoE.Compute.Blobs;

namespace NMoE.Learning.Training;

/// <summary>Weighted sums of float tensors, in double precision and in the order given, so that no machine rounds them otherwise.</summary>
internal static class WeightedSum
{
    // Sums of so many numbers at a time stay in the first cache.
    private const int Block = 1024;

    /// <summary>sum_i weight_i tensor_i under the first one's name.</summary>
    /// <param name="tensors">f32, of one shape.</param>
    /// <param name="weights">One a tensor, used as they are.</param>
    /// <exception cref="InvalidDataException">There are no tensors, other numbers of weights, or shapes that differ.</exception>
    public static TensorBlob Of(IReadOnlyList<TensorBlob> tensors, IReadOnlyList<double> weights)
    {
        if (tensors.Count == 0 || tensors.Count != weights.Count || tensors.Any(tensor => !tensor.Shape.SequenceEqual(tensors[0].Shape)))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A sum of {tensors.Count} tensors needs at least one, all of one shape, and as many weights; it has {weights.Count}."));
        }

        var bytes = GC.AllocateUninitializedArray<byte>(tensors[0].Data.Length);
        var floats = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        Span<double> sum = stackalloc double[Block];
        for (var from = 0; from < floats.Length; from += Block)
        {
            var block = sum[..Math.Min(Block, floats.Length - from)];
            block.Clear();
            for (var number = 0; number < tensors.Count; number++)
            {
                Add(block, weights[number], MemoryMarshal.Cast<byte, float>(tensors[number].Data.Span).Slice(from, block.Length));
            }

            for (var i = 0; i < block.Length; i++)
            {
                floats[from + i] = (float)block[i];
            }
        }

        return tensors[0] with { Data = bytes };
    }

    private static void Add(Span<double> sum, double weight, ReadOnlySpan<float> values)
    {
        var factor = Vector256.Create(weight);
        var at = 0;
        for (; at <= sum.Length - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(values.Slice(at, Vector256<float>.Count)));
            (Vector256.Create<double>(sum[at..]) + (factor * low)).CopyTo(sum[at..]);
            (Vector256.Create<double>(sum[(at + Vector256<double>.Count)..]) + (factor * high)).CopyTo(sum[(at + Vector256<double>.Count)..]);
        }

        for (; at < sum.Length; at++)
        {
            sum[at] += weight * values[at];
        }
    }
}
