using NMoE.Learning.Data;
using SkiaSharp;

namespace NMoE.Cli.DataSets;

/// <summary>A row of training pictures for each class, side by side.</summary>
internal static class PictureSheet
{
    private const int Columns = 12;
    private const int MostRows = 100;
    private const int Gap = 2;
    private const int SmallSide = 64;

    /// <summary>Writes a PNG.</summary>
    public static void Write(IDataSource source, string path)
    {
        var (shape, rows) = (source.Shape, Rows(source));
        var scale = Math.Max(1, SmallSide / Math.Max(shape.Height, shape.Width));
        var (high, wide) = ((shape.Height * scale) + Gap, (shape.Width * scale) + Gap);
        using var sheet = new SKBitmap(new SKImageInfo((Columns * wide) + Gap, (rows.Length * high) + Gap, SKColorType.Rgba8888, SKAlphaType.Opaque));
        sheet.Erase(SKColors.White);
        var picture = new byte[shape.Bytes];
        foreach (var (row, places) in rows.Index())
        {
            foreach (var (column, index) in places.Index())
            {
                source.CopyPicture(DataSplit.Train, index, picture);
                Draw(sheet, picture, shape, scale, Gap + (column * wide), Gap + (row * high));
            }
        }

        using var data = sheet.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        data.SaveTo(file);
    }

    private static int[][] Rows(IDataSource source)
    {
        var rows = Enumerable.Range(0, Math.Min(source.Classes, MostRows)).Select(_ => new List<int>()).ToArray();
        for (var index = 0; index < source.Count(DataSplit.Train); index++)
        {
            if (source.Label(DataSplit.Train, index) is var label && label < rows.Length && rows[label].Count < Columns)
                rows[label].Add(index);
        }

        return [.. rows.Select(row => row.ToArray())];
    }

    private static void Draw(SKBitmap sheet, byte[] picture, PictureShape shape, int scale, int left, int top)
    {
        byte At(int channel, int pixel) => picture[(Math.Min(channel, shape.Channels - 1) * shape.Plane) + pixel];
        for (var y = 0; y < shape.Height * scale; y++)
        {
            for (var x = 0; x < shape.Width * scale; x++)
            {
                var pixel = (y / scale * shape.Width) + (x / scale);
                sheet.SetPixel(left + x, top + y, shape.Channels == 3 ? new(At(0, pixel), At(1, pixel), At(2, pixel)) : new(At(0, pixel), At(0, pixel), At(0, pixel)));
            }
        }
    }
}
