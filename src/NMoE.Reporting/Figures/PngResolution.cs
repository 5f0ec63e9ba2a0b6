using System.Buffers.Binary;
using System.Text;

namespace NMoE.Reporting.Figures;

/// <summary>
/// Writes a picture's physical size into it, so that it is placed at column width without a scale (PNG specification, 11.3.4.3).
/// </summary>
internal static class PngResolution
{
    // Signature (8 bytes) and the IHDR chunk (4 length, 4 type, 13 data, 4 CRC), which is always the first.
    private const int AfterHeader = 8 + 25;
    private const double InchesPerMetre = 1 / 0.0254;

    /// <summary>The same picture with a <c>pHYs</c> chunk.</summary>
    /// <param name="png">A PNG file.</param>
    /// <param name="dotsPerInch">Its resolution.</param>
    public static byte[] Set(byte[] png, int dotsPerInch)
    {
        var chunk = new byte[21];
        var dotsPerMetre = (uint)Math.Round(dotsPerInch * InchesPerMetre, MidpointRounding.AwayFromZero);
        BinaryPrimitives.WriteUInt32BigEndian(chunk, 9);
        Encoding.ASCII.GetBytes("pHYs", chunk.AsSpan(4));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8), dotsPerMetre);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(12), dotsPerMetre);
        chunk[16] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(17), Crc(chunk.AsSpan(4, 13)));
        return [.. png.AsSpan(0, AfterHeader), .. chunk, .. png.AsSpan(AfterHeader)];
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }

        return ~crc;
    }
}
