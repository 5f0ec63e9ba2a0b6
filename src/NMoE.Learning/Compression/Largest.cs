namespace NMoE.Learning.Compression;

/// <summary>Which numbers of a row are largest in magnitude, in time that grows with the row alone: the bits of a magnitude are ordered as it is, so two counts of 16 bits each find where the largest begin.</summary>
internal static class Largest
{
    private const int Half = 16;

    /// <summary>The places of the largest, ascending; of those that are equal the first. What is no number counts as larger than all.</summary>
    /// <param name="values">The row.</param>
    /// <param name="count">How many, from 1 to the row's length.</param>
    public static int[] Of(ReadOnlySpan<float> values, int count)
    {
        var (high, below) = Bucket(values, count, uint.MaxValue, bits => (int)(bits >> Half));
        var (low, equal) = Bucket(values, below, (uint)high, bits => (int)(bits & 0xFFFF));
        var least = ((uint)high << Half) | (uint)low;
        var places = new int[count];
        for (int i = 0, at = 0; i < values.Length && at < count; i++)
        {
            var bits = Magnitude(values[i]);
            if (bits > least || (bits == least && equal-- > 0))
            {
                places[at++] = i;
            }
        }

        return places;
    }

    /// <summary>The bucket in which the last of the largest lies, and how many of it are among them.</summary>
    /// <param name="values">The row.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="high">The upper half of those that are looked at; all ones for all.</param>
    /// <param name="bucketOf">The bucket of a magnitude.</param>
    private static (int Bucket, int Left) Bucket(ReadOnlySpan<float> values, int count, uint high, Func<uint, int> bucketOf)
    {
        var counts = new int[1 << Half];
        foreach (var value in values)
        {
            var bits = Magnitude(value);
            if (high == uint.MaxValue || bits >> Half == high)
            {
                counts[bucketOf(bits)]++;
            }
        }

        var bucket = counts.Length - 1;
        while (counts[bucket] < count)
        {
            count -= counts[bucket--];
        }

        return (bucket, count);
    }

    private static uint Magnitude(float value) => BitConverter.SingleToUInt32Bits(value) & 0x7FFF_FFFF;
}
