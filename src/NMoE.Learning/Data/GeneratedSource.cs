using NMoE.Chance;

namespace NMoE.Learning.Data;

/// <summary>
/// Textures and shapes that need no file. Place, scale, phase, colours and polarity (which colour is figure, which is ground) are drawn for each picture, so no pixel tells
/// the class and a linear model fails. Picture i of a split depends only on (seed, split, i, shape, classes); its class is i mod C. There are ten figures: beyond ten classes a picture has
/// two of them, one above the other, and beyond 110 three.
/// Only additions, multiplications, divisions and square roots are used, which round alike on every machine.
/// </summary>
/// <param name="seed">The key of every draw.</param>
/// <param name="shape">The pictures' shape.</param>
/// <param name="classes">Number of classes C.</param>
public sealed class GeneratedSource(ulong seed, PictureShape shape, int classes) : IDataSource
{
    /// <summary>Pictures of the training split where none are asked for.</summary>
    public const int TrainCount = 5000;

    /// <summary>Pictures of the test split where none are asked for.</summary>
    public const int TestCount = 2000;

    /// <summary>What stands for a content hash: the generator's name and version.</summary>
    public const string Version = "generated-2";

    private const double Grid = 32;
    private const double NoiseAmplitude = 0.28;

    /// <summary>As CIFAR-10 has them: ten classes of 3 x 32 x 32.</summary>
    public GeneratedSource(ulong seed)
        : this(seed, PictureShape.Cifar, GeneratedData.UsualClasses)
    {
    }

    /// <summary>Pictures of the training split.</summary>
    public int TrainPictures { get; init; } = TrainCount;

    /// <summary>Pictures of the test split.</summary>
    public int TestPictures { get; init; } = TestCount;

    /// <inheritdoc/>
    public PictureShape Shape => shape;

    /// <inheritdoc/>
    public int Classes => classes;

    /// <inheritdoc/>
    public int Count(DataSplit split) => split == DataSplit.Train ? TrainPictures : TestPictures;

    /// <inheritdoc/>
    public int Label(DataSplit split, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count(split));
        return index % Classes;
    }

    /// <inheritdoc/>
    public void CopyPicture(DataSplit split, int index, Span<byte> destination)
    {
        var figures = FiguresOf(Label(split, index));
        for (var band = 0; band < figures.Length; band++)
        {
            var first = (uint)(band * GeneratedFigure.Blocks);
            var figure = new GeneratedFigure(
                figures[band], block => Philox.Draw(seed, (uint)PhiloxPurpose.GeneratedPicture, (uint)split, (uint)index, first + block));
            Paint(figure, destination, band * shape.Height / figures.Length, (band + 1) * shape.Height / figures.Length);
        }

        AddNoise(split, index, destination[..shape.Bytes]);
    }

    /// <summary>The figures of a class, from above.</summary>
    private static int[] FiguresOf(int label)
    {
        var (count, of) = (1, 10);
        while (label >= of)
        {
            label -= of;
            (count, of) = (count + 1, of * 10);
        }

        var figures = new int[count];
        for (var place = count - 1; place >= 0; place--)
            (figures[place], label) = (label % 10, label / 10);
        return figures;
    }

    /// <summary>Draws a figure over some rows: it is made for 32 x 32, and stretched to what is there.</summary>
    private void Paint(GeneratedFigure figure, Span<byte> picture, int top, int bottom)
    {
        for (var row = top; row < bottom; row++)
        {
            for (var column = 0; column < shape.Width; column++)
            {
                var ink = figure.Ink(column * Grid / shape.Width, (row - top) * Grid / (bottom - top));
                for (var channel = 0; channel < shape.Channels; channel++)
                    picture[(channel * shape.Plane) + (row * shape.Width) + column] = ToByte(figure.Colour(channel, ink));
            }
        }
    }

    private void AddNoise(DataSplit split, int index, Span<byte> picture)
    {
        const int bytesOfBlock = 8;
        for (var start = 0; start < picture.Length; start += bytesOfBlock)
        {
            var (a, b, c, d) = Philox.Draw(seed, (uint)PhiloxPurpose.GeneratedNoise, (uint)split, (uint)index, (uint)(start / bytesOfBlock));
            var low = a | ((ulong)b << 32);
            var high = c | ((ulong)d << 32);
            for (var k = 0; k < Math.Min(bytesOfBlock, picture.Length - start); k++)
            {
                // The difference of two uniform bytes: triangular, mean zero.
                var noise = (int)((low >> (8 * k)) & 0xFF) - (int)((high >> (8 * k)) & 0xFF);
                picture[start + k] = ToByte((picture[start + k] / 255.0) + (NoiseAmplitude * noise / 255.0));
            }
        }
    }

    private static byte ToByte(double value) => (byte)((Math.Clamp(value, 0.0, 1.0) * 255.0) + 0.5);
}
