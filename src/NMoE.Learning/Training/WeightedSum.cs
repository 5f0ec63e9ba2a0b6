using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;

namespace NMoE.Learning.Training;

/// <summary>Weighted sums of float tensors, in double precision and in the order given, so that no machine rounds them otherwise.</summary>
internal static class WeightedSum
{
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

        var sum = new double[tensors[0].Data.Length / sizeof(float)];
        for (var number = 0; number < tensors.Count; number++)
        {
            var values = MemoryMarshal.Cast<byte, float>(tensors[number].Data.Span);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += weights[number] * values[i];
            }
        }

        var floats = Array.ConvertAll(sum, value => (float)value);
        return tensors[0] with { Data = MemoryMarshal.AsBytes<float>(floats).ToArray() };
    }
}
