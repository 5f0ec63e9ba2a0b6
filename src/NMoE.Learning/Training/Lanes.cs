using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NMoE.Learning.Training;

/// <summary>Sums over rows of floats, eight lanes at a time and in a fixed order, without fused multiplication: every machine has the same bits.</summary>
internal static class Lanes
{
    private const int Count = 8;

    /// <summary>The sum of a_i b_i.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var left = MemoryMarshal.Cast<float, Vector256<float>>(a);
        var right = MemoryMarshal.Cast<float, Vector256<float>>(b);
        var (first, second) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var at = 0;
        for (; at + 1 < left.Length; at += 2)
        {
            first += left[at] * right[at];
            second += left[at + 1] * right[at + 1];
        }

        if (at < left.Length)
        {
            first += left[at] * right[at];
        }

        var rest = 0f;
        for (var i = left.Length * Count; i < a.Length; i++)
        {
            rest += a[i] * b[i];
        }

        var lanes = first + second;
        var halves = lanes.GetLower() + lanes.GetUpper();
        return halves[0] + halves[2] + (halves[1] + halves[3]) + rest;
    }

    /// <summary>sum += factor * values.</summary>
    public static void Add(Span<float> sum, float factor, ReadOnlySpan<float> values)
    {
        var sums = MemoryMarshal.Cast<float, Vector256<float>>(sum);
        var lanes = MemoryMarshal.Cast<float, Vector256<float>>(values);
        var factors = Vector256.Create(factor);
        for (var at = 0; at < sums.Length; at++)
        {
            sums[at] += factors * lanes[at];
        }

        for (var i = sums.Length * Count; i < sum.Length; i++)
        {
            sum[i] += factor * values[i];
        }
    }

    /// <summary>sum = factor_0 row_0 + factor_1 row_1 + .., of rows as long as the sum that lie one after another.</summary>
    public static void Mix(Span<float> sum, ReadOnlySpan<float> factors, ReadOnlySpan<float> rows)
    {
        ref var first = ref MemoryMarshal.GetReference(rows);
        var at = 0;
        for (; at <= sum.Length - (2 * Count); at += 2 * Count)
        {
            var (left, right) = (Vector256<float>.Zero, Vector256<float>.Zero);
            for (var row = 0; row < factors.Length; row++)
            {
                var factor = Vector256.Create(factors[row]);
                var from = (nuint)((row * sum.Length) + at);
                left += factor * Vector256.LoadUnsafe(ref first, from);
                right += factor * Vector256.LoadUnsafe(ref first, from + Count);
            }

            left.CopyTo(sum[at..]);
            right.CopyTo(sum[(at + Count)..]);
        }

        for (; at < sum.Length; at++)
        {
            sum[at] = 0;
            for (var row = 0; row < factors.Length; row++)
            {
                sum[at] += factors[row] * rows[(row * sum.Length) + at];
            }
        }
    }

    /// <summary>values *= factor.</summary>
    public static void Scale(Span<float> values, float factor)
    {
        foreach (ref var lane in MemoryMarshal.Cast<float, Vector256<float>>(values))
        {
            lane *= factor;
        }

        foreach (ref var value in values[(values.Length / Count * Count)..])
        {
            value *= factor;
        }
    }
}
