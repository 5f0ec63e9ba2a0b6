namespace NMoE.Learning.Quantisation;

/// <summary>A row of numbers in 256 even steps from its lowest to its highest: a byte each, and the row's lowest number and step. In double precision, so that the bytes are the same on every machine.</summary>
internal static class EvenSteps
{
    private const int Steps = 255;

    /// <summary>Encodes a row. A number that is not finite shows in the step, and with it in the whole row; where all are alike, or one is not finite, every code is 0.</summary>
    public static (float Lowest, float Step) Encode(ReadOnlySpan<float> row, Span<byte> codes)
    {
        var (low, high) = row.IsEmpty ? (0f, 0f) : (row[0], row[0]);
        foreach (var value in row)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        var step = (float)(((double)high - low) / Steps);
        for (var i = 0; i < row.Length && float.IsFinite(step) && step > 0; i++)
        {
            codes[i] = (byte)Math.Clamp(Math.Round(((double)row[i] - low) / step, MidpointRounding.ToEven), 0, Steps);
        }

        return (low, step);
    }

    /// <summary>The row as its receiver has it.</summary>
    public static void Decode(ReadOnlySpan<byte> codes, float lowest, float step, Span<float> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = (float)(lowest + ((double)step * codes[i]));
        }
    }
}
