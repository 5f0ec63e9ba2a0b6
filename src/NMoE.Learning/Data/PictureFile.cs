using System.Buffers.Binary;
using System.IO.Hashing;
using StbImageSharp;

namespace NMoE.Learning.Data;

/// <summary>A PNG or JPEG file as bytes. The decoder is managed code with whole numbers, so that pixels are the same on every machine.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Colours">Red, green and blue planes.</param>
/// <param name="IsGrey">Whether they are alike.</param>
internal sealed record PictureFile(int Height, int Width, byte[] Colours, bool IsGrey)
{
    private const int MostPixels = 1 << 26;
    private static ReadOnlySpan<byte> PngMagic => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether a name ends as a picture's does.</summary>
    public static bool IsNamed(string name) => Path.GetExtension(name).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG";

    /// <summary>Reads a file. What is transparent is put on black; of 16 bits the upper 8 count.</summary>
    /// <exception cref="DataException">It is damaged or too large, or no picture.</exception>
    public static PictureFile Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            Check(path, bytes);
            using (var stream = new MemoryStream(bytes))
            {
                if (ImageInfo.FromStream(stream) is { } info && (long)info.Width * info.Height > MostPixels)
                    throw new DataException(path, FormattableString.Invariant($"it has {info.Width} x {info.Height} pixels"), FormattableString.Invariant($"At most {MostPixels} are read"));
            }

            return Planes(ImageResult.FromMemory(bytes));
        }
        catch (Exception e) when (e is InvalidOperationException or IndexOutOfRangeException or OverflowException or NullReferenceException or ArgumentException or OutOfMemoryException)
        {
            // What the decoder says of a damaged file.
            throw new DataException(path, $"it cannot be decoded: {e.Message.TrimEnd('.')}", "A whole PNG or JPEG file is needed", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(path, $"the file cannot be read: {e.Message.TrimEnd('.')}", "A readable PNG or JPEG file is needed", e);
        }
    }

    /// <summary>The decoder takes damaged files, and gives other pixels for them.</summary>
    private static void Check(string path, byte[] bytes)
    {
        const string right = "A whole file is needed: copy it again, or remove it";
        if (bytes.AsSpan().StartsWith(PngMagic))
        {
            if (DamagedChunk(bytes) is { } wrong)
                throw new DataException(path, $"it is a damaged PNG: {wrong}", right);
        }
        else if (bytes is not [0xFF, 0xD8, ..])
        {
            throw new DataException(path, "it is neither PNG nor JPEG, whatever its name says", "Files in these two formats are read");
        }
        else if (bytes.AsSpan().LastIndexOf([(byte)0xFF, (byte)0xD9]) <= bytes.AsSpan().LastIndexOf([(byte)0xFF, (byte)0xDA]))
        {
            throw new DataException(path, "it is a damaged JPEG: its end is missing", right);
        }
    }

    private static string? DamagedChunk(byte[] bytes)
    {
        const int around = 12;
        for (var at = PngMagic.Length; ;)
        {
            if (bytes.Length - at < around)
                return "its end is missing";
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - around)
                return FormattableString.Invariant($"it is cut short in the chunk at byte {at}");
            var content = bytes.AsSpan(at + 4, 4 + (int)length);
            if (Crc32.HashToUInt32(content) != BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 8 + (int)length)))
                return FormattableString.Invariant($"the checksum of the chunk at byte {at} is wrong");
            if (content[..4].SequenceEqual("IEND"u8))
                return null;
            at += around + (int)length;
        }
    }

    private static PictureFile Planes(ImageResult image)
    {
        var (plane, parts) = (image.Width * image.Height, (int)image.Comp);
        var colours = new byte[3 * plane];
        var isGrey = true;
        for (var pixel = 0; pixel < plane; pixel++)
        {
            var from = image.Data.AsSpan(pixel * parts, parts);
            var opacity = parts is 2 or 4 ? from[^1] : byte.MaxValue;
            for (var channel = 0; channel < 3; channel++)
                colours[(channel * plane) + pixel] = (byte)(((from[parts < 3 ? 0 : channel] * opacity) + 127) / byte.MaxValue);
            isGrey &= colours[pixel] == colours[plane + pixel] && colours[pixel] == colours[(2 * plane) + pixel];
        }

        return new(image.Height, image.Width, colours, isGrey);
    }
}
