using NMoE.Chance;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.SelfSupervised;

/// <summary>
/// Views of pictures for self-supervision: a crop of 0.2 to 1 of the area with an aspect of 3/4 to 4/3, resized to 32x32 bilinearly; colour jitter
/// (0.4, 0.4, 0.4, 0.1) with probability 0.8; flip with 0.5; greyscale with 0.2; no blur; normalised (FedSC's public code, the usual recipe of SimCLR).
/// </summary>
/// <param name="bytes">n times 3072 bytes, channel by channel.</param>
internal sealed class Views(ReadOnlyMemory<byte> bytes)
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private const int Size = 3 * Plane;
    private const int CropTries = 10;
    private static readonly float[] Mean = [0.4914f, 0.4822f, 0.4465f];
    private static readonly float[] Deviation = [0.2470f, 0.2434f, 0.2615f];

    /// <summary>Number of pictures n.</summary>
    public int Count { get; } = bytes.Length / Size;

    /// <summary>One view of each of these pictures, [B, 3, 32, 32].</summary>
    public Tensor Batch(ReadOnlySpan<int> rows, Draws draws)
    {
        var values = new float[rows.Length * Size];
        for (var i = 0; i < rows.Length; i++)
        {
            View(bytes.Span.Slice(rows[i] * Size, Size), values.AsSpan(i * Size, Size), draws);
        }

        return TensorBlobs.Owned(values, rows.Length, 3, Side, Side);
    }

    private static void View(ReadOnlySpan<byte> picture, Span<float> view, Draws draws)
    {
        Resize(picture, view, Crop(draws), draws.Next(2) == 0);
        if (draws.Next() < 0.8)
        {
            Jitter(view, draws);
        }

        if (draws.Next() < 0.2)
        {
            Blend(view, 0, Grey);
        }

        for (var channel = 0; channel < 3; channel++)
        {
            foreach (ref var value in view.Slice(channel * Plane, Plane))
            {
                value = (value - Mean[channel]) / Deviation[channel];
            }
        }
    }

    private static (double Left, double Top, double Width, double Height) Crop(Draws draws)
    {
        for (var attempt = 0; attempt < CropTries; attempt++)
        {
            var area = Plane * (0.2 + (0.8 * draws.Next()));

            // Between 3/4 and 4/3, evenly on a logarithmic scale: 3/4 (16/9)^u, whose power is a series so that its bits are the same everywhere.
            var aspect = 0.75 * Exp(0.57536414490356 * draws.Next());
            var (width, height) = (Math.Round(Math.Sqrt(area * aspect), MidpointRounding.ToEven), Math.Round(Math.Sqrt(area / aspect), MidpointRounding.ToEven));
            if (width <= Side && height <= Side)
            {
                return (draws.Next((int)(Side - width) + 1), draws.Next((int)(Side - height) + 1), width, height);
            }
        }

        return (0, 0, Side, Side);
    }

    private static void Resize(
        ReadOnlySpan<byte> picture, Span<float> view, (double Left, double Top, double Width, double Height) crop, bool mirrored)
    {
        for (var y = 0; y < Side; y++)
        {
            var (upper, lower, down) = Between(y, crop.Top, crop.Height);
            for (var x = 0; x < Side; x++)
            {
                var (left, right, across) = Between(mirrored ? Side - 1 - x : x, crop.Left, crop.Width);
                for (var channel = 0; channel < 3; channel++)
                {
                    var plane = picture.Slice(channel * Plane, Plane);
                    var top = Mix(plane[(upper * Side) + left], plane[(upper * Side) + right], across);
                    var bottom = Mix(plane[(lower * Side) + left], plane[(lower * Side) + right], across);
                    view[(channel * Plane) + (y * Side) + x] = Mix(top, bottom, down) / 255f;
                }
            }
        }
    }

    /// <summary>The two pixels that a target pixel's centre lies between, and how far it is from the first.</summary>
    private static (int First, int Second, float Share) Between(int target, double start, double length)
    {
        var at = Math.Clamp(start + ((target + 0.5) * length / Side) - 0.5, start, start + length - 1);
        var first = (int)Math.Floor(at);
        return (first, Math.Min(first + 1, (int)(start + length) - 1), (float)(at - first));
    }

    private static float Mix(float first, float second, float share) => first + ((second - first) * share);

    private static void Jitter(Span<float> view, Draws draws)
    {
        var order = draws.Permutation(4);
        var (brightness, contrast, saturation) = (0.6 + (0.8 * draws.Next()), 0.6 + (0.8 * draws.Next()), 0.6 + (0.8 * draws.Next()));
        var hue = (0.2 * draws.Next()) - 0.1;
        foreach (var step in order)
        {
            switch (step)
            {
                case 0:
                    Blend(view, (float)brightness, (_, _, _) => 0);
                    break;
                case 1:
                    var mean = MeanGrey(view);
                    Blend(view, (float)contrast, (_, _, _) => mean);
                    break;
                case 2:
                    Blend(view, (float)saturation, Grey);
                    break;
                default:
                    Hue.Shift(view, Plane, (float)hue);
                    break;
            }
        }
    }

    /// <summary>share times the picture and the rest of something made of each pixel, held in [0, 1].</summary>
    private static void Blend(Span<float> view, float share, Func<float, float, float, float> other)
    {
        for (var i = 0; i < Plane; i++)
        {
            var rest = (1 - share) * other(view[i], view[i + Plane], view[i + (2 * Plane)]);
            for (var channel = 0; channel < 3; channel++)
            {
                ref var value = ref view[(channel * Plane) + i];
                value = Math.Clamp((share * value) + rest, 0, 1);
            }
        }
    }

    private static float MeanGrey(ReadOnlySpan<float> view)
    {
        double sum = 0;
        for (var i = 0; i < Plane; i++)
        {
            sum += Grey(view[i], view[i + Plane], view[i + (2 * Plane)]);
        }

        return (float)(sum / Plane);
    }

    private static float Grey(float red, float green, float blue) => (0.2989f * red) + (0.587f * green) + (0.114f * blue);

    private static double Exp(double x)
    {
        double term = 1, sum = 1;
        for (var k = 1; k <= 20; k++)
        {
            term *= x / k;
            sum += term;
        }

        return sum;
    }
}
