using NMoE.Chance;

namespace NMoE.Learning.Data;

/// <summary>
/// Ten classes of textures and shapes that need no file. Place, scale, phase, colours and polarity (which colour is figure, which is
/// ground) are drawn for
/// each picture, so no pixel tells the class and a linear model fails. Picture i of a split depends only on (seed, split, i); its
/// class is i mod 10.
/// Only additions, multiplications, divisions and square roots are used, which round alike on every machine.
/// </summary>
/// <param name="seed">The key of every draw.</param>
public sealed class GeneratedSource(ulong seed) : IDataSource
{
    /// <summary>Pictures of the training split.</summary>
    public const int TrainCount = 5000;

    /// <summary>Pictures of the test split.</summary>
    public const int TestCount = 2000;

    /// <summary>What stands for a content hash: the generator's name and version.</summary>
    public const string Version = "generated-2";

    private const int Side = 32;
    private const int Channels = 3;
    private const double NoiseAmplitude = 0.28;

    /// <inheritdoc/>
    public int Classes => 10;

    /// <inheritdoc/>
    public int Count(DataSplit split) => split == DataSplit.Train ? TrainCount : TestCount;

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
        var figure = new GeneratedFigure(
            Label(split, index), block => Philox.Draw(seed, (uint)PhiloxPurpose.GeneratedPicture, (uint)split, (uint)index, block));
        for (var pixel = 0; pixel < Side * Side; pixel++)
        {
            var ink = figure.Ink(pixel % Side, pixel / Side);
            for (var channel = 0; channel < Channels; channel++)
                destination[(channel * Side * Side) + pixel] = ToByte(figure.Colour(channel, ink));
        }

        AddNoise(split, index, destination);
    }

    private void AddNoise(DataSplit split, int index, Span<byte> picture)
    {
        const int bytesOfBlock = 8;
        for (var start = 0; start < IDataSource.PictureBytes; start += bytesOfBlock)
        {
            var (a, b, c, d) = Philox.Draw(seed, (uint)PhiloxPurpose.GeneratedNoise, (uint)split, (uint)index, (uint)(start / bytesOfBlock));
            var low = a | ((ulong)b << 32);
            var high = c | ((ulong)d << 32);
            for (var k = 0; k < bytesOfBlock; k++)
            {
                // The difference of two uniform bytes: triangular, mean zero.
                var noise = (int)((low >> (8 * k)) & 0xFF) - (int)((high >> (8 * k)) & 0xFF);
                picture[start + k] = ToByte((picture[start + k] / 255.0) + (NoiseAmplitude * noise / 255.0));
            }
        }
    }

    private static byte ToByte(double value) => (byte)((Math.Clamp(value, 0.0, 1.0) * 255.0) + 0.5);
}
