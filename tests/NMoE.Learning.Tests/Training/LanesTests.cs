using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Training;

/// <summary>Sums over rows of floats have one order of additions, whatever the length and however many are made at once.</summary>
public sealed class LanesTests
{
    public static TheoryData<int> Lengths => [1, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 47, 63, 64, 65, 784];

    /// <summary>Lanes 0 to 7 of even and of odd eights apart, then even + odd, lanes i and i + 4, (0 + 2) + (1 + 3), and what no eight holds at the end.</summary>
    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_product_of_rows_adds_in_its_own_order(int length)
    {
        var (a, other, b) = (Drawn(length, 1), Drawn(length, 2), Drawn(length, 3));
        Assert.Equal((Expected(a, b), Expected(other, b)), Lanes.Dots(a, other, b));
        Assert.Equal(Expected(a, b), Lanes.Dot(a, b));
    }

    /// <summary>Each number of a mixture adds row after row.</summary>
    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_mixture_of_rows_adds_row_after_row(int length)
    {
        var (factors, rows, sum) = (Drawn(5, 4), Drawn(5 * length, 5), new float[length]);
        Lanes.Mix(sum, factors, rows);
        var expected = new float[length];
        for (var row = 0; row < factors.Length; row++)
        {
            for (var i = 0; i < length; i++)
            {
                expected[i] += factors[row] * rows[(row * length) + i];
            }
        }

        Assert.Equal(expected, sum);
    }

    private static float Expected(float[] a, float[] b)
    {
        var lanes = new float[16];
        var rest = 0f;
        for (var i = 0; i < a.Length; i++)
        {
            if (i < a.Length / 8 * 8)
            {
                lanes[i % 16] += a[i] * b[i];
            }
            else
            {
                rest += a[i] * b[i];
            }
        }

        float Lane(int i) => lanes[i] + lanes[i + 8] + (lanes[i + 4] + lanes[i + 12]);
        return Lane(0) + Lane(2) + (Lane(1) + Lane(3)) + rest;
    }

    private static float[] Drawn(int count, int seed)
    {
        var draws = new NMoE.Chance.Draws((ulong)seed, 0, 0);
        return [.. Enumerable.Range(0, count).Select(_ => (draws.Next(2001) - 1000) / 7f)];
    }
}
