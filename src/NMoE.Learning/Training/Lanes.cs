using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NMoE.Learning.Training;

/// <summary>Sums over rows of floats, eight lanes at a time and in a fixed order, without fused multiplication: every machine has the same bits.</summary>
internal static class Lanes
{
    private const int Count = 8;

    /// <summary>The sum of a_i b_i.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Dots(a, a, b).First;

    /// <summary>The sums of a_i b_i and of other_i b_i, each as it is alone: an addition waits for the one before it, and two sums wait side by side.</summary>
    public static (float First, float Second) Dots(ReadOnlySpan<float> a, ReadOnlySpan<float> other, ReadOnlySpan<float> b)
    {
        ref var left = ref MemoryMarshal.GetReference(a[..b.Length]);
        ref var below = ref MemoryMarshal.GetReference(other[..b.Length]);
        ref var right = ref MemoryMarshal.GetReference(b);
        var (even, odd) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (evenBelow, oddBelow) = (even, odd);
        var at = 0;
        for (; at <= b.Length - (2 * Count); at += 2 * Count)
        {
            var (lanes, next) = (Vector256.LoadUnsafe(ref right, (nuint)at), Vector256.LoadUnsafe(ref right, (nuint)at + Count));
            even += Vector256.LoadUnsafe(ref left, (nuint)at) * lanes;
            evenBelow += Vector256.LoadUnsafe(ref below, (nuint)at) * lanes;
            odd += Vector256.LoadUnsafe(ref left, (nuint)at + Count) * next;
            oddBelow += Vector256.LoadUnsafe(ref below, (nuint)at + Count) * next;
        }

        if (at <= b.Length - Count)
        {
            var lanes = Vector256.LoadUnsafe(ref right, (nuint)at);
            even += Vector256.LoadUnsafe(ref left, (nuint)at) * lanes;
            evenBelow += Vector256.LoadUnsafe(ref below, (nuint)at) * lanes;
            at += Count;
        }

        var (rest, restBelow) = (0f, 0f);
        for (; at < b.Length; at++)
        {
            rest += a[at] * b[at];
            restBelow += other[at] * b[at];
        }

        return (Sum(even, odd, rest), Sum(evenBelow, oddBelow, restBelow));
    }

    private static float Sum(Vector256<float> even, Vector256<float> odd, float rest)
    {
        var lanes = even + odd;
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
        for (; at <= sum.Length - (4 * Count); at += 4 * Count)
        {
            var (one, two) = (Vector256<float>.Zero, Vector256<float>.Zero);
            var (three, four) = (one, two);
            for (var row = 0; row < factors.Length; row++)
            {
                var factor = Vector256.Create(factors[row]);
                var from = (nuint)((row * sum.Length) + at);
                one += factor * Vector256.LoadUnsafe(ref first, from);
                two += factor * Vector256.LoadUnsafe(ref first, from + Count);
                three += factor * Vector256.LoadUnsafe(ref first, from + (2 * Count));
                four += factor * Vector256.LoadUnsafe(ref first, from + (3 * Count));
            }

            one.CopyTo(sum[at..]);
            two.CopyTo(sum[(at + Count)..]);
            three.CopyTo(sum[(at + (2 * Count))..]);
            four.CopyTo(sum[(at + (3 * Count))..]);
        }

        for (; at <= sum.Length - Count; at += Count)
        {
            var lanes = Vector256<float>.Zero;
            for (var row = 0; row < factors.Length; row++)
            {
                lanes += Vector256.Create(factors[row]) * Vector256.LoadUnsafe(ref first, (nuint)((row * sum.Length) + at));
            }

            lanes.CopyTo(sum[at..]);
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
