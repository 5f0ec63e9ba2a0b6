namespace NMoE.Learning.Data;

/// <summary>Brings pictures to a size: each pixel is the mean of what it covers. Only arithmetic that rounds alike on every machine is used.</summary>
internal static class PictureFitting
{
    /// <summary>The bytes of a picture, channel by channel.</summary>
    /// <param name="file">The picture.</param>
    /// <param name="shape">The shape of the set.</param>
    /// <param name="fit">How another size comes to that.</param>
    public static byte[] Bytes(PictureFile file, PictureShape shape, PictureFit fit)
    {
        var plane = file.Height * file.Width;
        var channels = shape.Channels == 1 ? Grey(file) : file.Colours;
        var bytes = new byte[shape.Bytes];
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var source = channels.AsSpan(channel * plane, plane);
            var target = bytes.AsSpan(channel * shape.Plane, shape.Plane);
            if (file.Height == shape.Height && file.Width == shape.Width)
                source.CopyTo(target);
            else
                Fit(source, (file.Height, file.Width), target, (shape.Height, shape.Width), fit);
        }

        return bytes;
    }

    /// <summary>Luminance in whole numbers: (77 R + 150 G + 29 B) / 256.</summary>
    private static byte[] Grey(PictureFile file)
    {
        var plane = file.Height * file.Width;
        if (file.IsGrey)
            return file.Colours[..plane];
        var grey = new byte[plane];
        for (var pixel = 0; pixel < plane; pixel++)
            grey[pixel] = (byte)(((77 * file.Colours[pixel]) + (150 * file.Colours[plane + pixel]) + (29 * file.Colours[(2 * plane) + pixel])) >> 8);
        return grey;
    }

    private static void Fit(ReadOnlySpan<byte> source, (int Height, int Width) from, Span<byte> target, (int Height, int Width) to, PictureFit fit)
    {
        var (down, across) = ((double)from.Height / to.Height, (double)from.Width / to.Width);
        switch (fit)
        {
            case PictureFit.Pad:
                var most = Math.Max(down, across);
                var (height, width) = (Math.Clamp((int)Math.Round(from.Height / most, MidpointRounding.AwayFromZero), 1, to.Height), Math.Clamp((int)Math.Round(from.Width / most, MidpointRounding.AwayFromZero), 1, to.Width));
                Stretch(source, from, new(0, 0, from.Height, from.Width), target, to, ((to.Height - height) / 2, (to.Width - width) / 2, height, width));
                break;
            case PictureFit.Crop:
                var least = Math.Min(down, across);
                var (high, wide) = (least * to.Height, least * to.Width);
                Stretch(source, from, new((from.Height - high) / 2, (from.Width - wide) / 2, high, wide), target, to, (0, 0, to.Height, to.Width));
                break;
            default:
                Stretch(source, from, new(0, 0, from.Height, from.Width), target, to, (0, 0, to.Height, to.Width));
                break;
        }
    }

    private static void Stretch(
        ReadOnlySpan<byte> source, (int Height, int Width) from, Area area, Span<byte> target, (int Height, int Width) to, (int Top, int Left, int Height, int Width) part)
    {
        var columns = Enumerable.Range(0, part.Width).Select(x => Covered(area.Left, area.Width, x, part.Width, from.Width)).ToArray();
        for (var y = 0; y < part.Height; y++)
        {
            var rows = Covered(area.Top, area.Height, y, part.Height, from.Height);
            for (var x = 0; x < part.Width; x++)
            {
                var (sum, weight) = (0.0, 0.0);
                foreach (var (row, high) in rows)
                {
                    foreach (var (column, wide) in columns[x])
                        (sum, weight) = (sum + (high * wide * source[(row * from.Width) + column]), weight + (high * wide));
                }

                target[((part.Top + y) * to.Width) + part.Left + x] = (byte)Math.Clamp((sum / weight) + 0.5, 0, byte.MaxValue);
            }
        }
    }

    /// <summary>The pixels that a target pixel covers, and how much of each.</summary>
    private static (int Place, double Weight)[] Covered(double start, double length, int target, int targets, int limit)
    {
        var (first, last) = (start + (target * length / targets), start + ((target + 1) * length / targets));
        var from = Math.Clamp((int)Math.Floor(first), 0, limit - 1);
        var until = Math.Clamp((int)Math.Ceiling(last), from + 1, limit);
        return [.. Enumerable.Range(from, until - from).Select(place => (place, Math.Max(Math.Min(last, place + 1) - Math.Max(first, place), 1e-9)))];
    }

    private readonly record struct Area(double Top, double Left, double Height, double Width);
}
