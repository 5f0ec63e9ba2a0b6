using NMoE.Chance;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Models;
using static TorchSharp.torch;

namespace NMoE.Learning.SelfSupervised;

/// <summary>
/// Views of pictures for self-supervision: a crop of 0.2 to 1 of the area with an aspect of 3/4 to 4/3, resized to the whole bilinearly; colour jitter
/// (0.4, 0.4, 0.4, 0.1) with probability 0.8; flip with 0.5; greyscale with 0.2; no blur; normalised (FedSC's public code, the usual recipe of SimCLR). Pictures without
/// three channels have brightness and contrast only, and those that are never mirrored are not.
/// </summary>
/// <param name="bytes">n pictures, channel by channel.</param>
/// <param name="model">What takes them: it says their shape and traits.</param>
internal sealed class Views(ReadOnlyMemory<byte> bytes, ModelSpec model)
{
    private const int CropTries = 10;
    private readonly PictureShape _shape = model.Shape;
    private readonly PictureTraits _traits = model.Traits;

    /// <summary>Number of pictures n.</summary>
    public int Count { get; } = bytes.Length / model.Shape.Bytes;

    /// <summary>One view of each of these pictures, [B, C, H, W].</summary>
    public Tensor Batch(ReadOnlySpan<int> rows, Draws draws)
    {
        var values = new float[rows.Length * _shape.Bytes];
        for (var i = 0; i < rows.Length; i++)
        {
            View(bytes.Span.Slice(rows[i] * _shape.Bytes, _shape.Bytes), values.AsSpan(i * _shape.Bytes, _shape.Bytes), draws);
        }

        return Backend.Floats(values, rows.Length, _shape.Channels, _shape.Height, _shape.Width);
    }

    private void View(ReadOnlySpan<byte> picture, Span<float> view, Draws draws)
    {
        Resize(picture, view, Crop(draws), draws.Next(2) == 0 && _traits.Mirror == Mirroring.Allowed);
        if (draws.Next() < 0.8)
        {
            Jitter(view, draws);
        }

        if (draws.Next() < 0.2 && HasColours)
        {
            Blend(view, 0, Grey);
        }

        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            var (mean, deviation) = ((float)_traits.Mean[channel], (float)_traits.Deviation[channel]);
            foreach (ref var value in view.Slice(channel * _shape.Plane, _shape.Plane))
            {
                value = (value - mean) / deviation;
            }
        }
    }

    private bool HasColours => _shape.Channels == 3;

    private (double Left, double Top, double Width, double Height) Crop(Draws draws)
    {
        for (var attempt = 0; attempt < CropTries; attempt++)
        {
            var area = _shape.Plane * (0.2 + (0.8 * draws.Next()));

            // Between 3/4 and 4/3, evenly on a logarithmic scale: 3/4 (16/9)^u, whose power is a series so that its bits are the same everywhere.
            var aspect = 0.75 * Exp(0.57536414490356 * draws.Next());
            var (width, height) = (Math.Round(Math.Sqrt(area * aspect), MidpointRounding.ToEven), Math.Round(Math.Sqrt(area / aspect), MidpointRounding.ToEven));
            if (width <= _shape.Width && height <= _shape.Height)
            {
                return (draws.Next((int)(_shape.Width - width) + 1), draws.Next((int)(_shape.Height - height) + 1), width, height);
            }
        }

        return (0, 0, _shape.Width, _shape.Height);
    }

    private void Resize(
        ReadOnlySpan<byte> picture, Span<float> view, (double Left, double Top, double Width, double Height) crop, bool mirrored)
    {
        for (var y = 0; y < _shape.Height; y++)
        {
            var (upper, lower, down) = Between(y, crop.Top, crop.Height, _shape.Height);
            for (var x = 0; x < _shape.Width; x++)
            {
                var (left, right, across) = Between(mirrored ? _shape.Width - 1 - x : x, crop.Left, crop.Width, _shape.Width);
                for (var channel = 0; channel < _shape.Channels; channel++)
                {
                    var plane = picture.Slice(channel * _shape.Plane, _shape.Plane);
                    var top = Mix(plane[(upper * _shape.Width) + left], plane[(upper * _shape.Width) + right], across);
                    var bottom = Mix(plane[(lower * _shape.Width) + left], plane[(lower * _shape.Width) + right], across);
                    view[(channel * _shape.Plane) + (y * _shape.Width) + x] = Mix(top, bottom, down) / 255f;
                }
            }
        }
    }

    /// <summary>The two pixels that a target pixel's centre lies between, and how far it is from the first.</summary>
    private static (int First, int Second, float Share) Between(int target, double start, double length, int side)
    {
        var at = Math.Clamp(start + ((target + 0.5) * length / side) - 0.5, start, start + length - 1);
        var first = (int)Math.Floor(at);
        return (first, Math.Min(first + 1, (int)(start + length) - 1), (float)(at - first));
    }

    private static float Mix(float first, float second, float share) => first + ((second - first) * share);

    private void Jitter(Span<float> view, Draws draws)
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
                case 2 when HasColours:
                    Blend(view, (float)saturation, Grey);
                    break;
                case 3 when HasColours:
                    Hue.Shift(view, _shape.Plane, (float)hue);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>share times the picture and the rest of something made of each pixel, held in [0, 1].</summary>
    private void Blend(Span<float> view, float share, Func<float, float, float, float> other)
    {
        var (plane, second, third) = (_shape.Plane, HasColours ? _shape.Plane : 0, HasColours ? 2 * _shape.Plane : 0);
        for (var i = 0; i < plane; i++)
        {
            var rest = (1 - share) * other(view[i], view[i + second], view[i + third]);
            for (var channel = 0; channel < _shape.Channels; channel++)
            {
                ref var value = ref view[(channel * plane) + i];
                value = Math.Clamp((share * value) + rest, 0, 1);
            }
        }
    }

    private float MeanGrey(ReadOnlySpan<float> view)
    {
        double sum = 0;
        var plane = _shape.Plane;
        if (!HasColours)
        {
            foreach (var value in view)
            {
                sum += value;
            }

            return (float)(sum / view.Length);
        }

        for (var i = 0; i < plane; i++)
        {
            sum += Grey(view[i], view[i + plane], view[i + (2 * plane)]);
        }

        return (float)(sum / plane);
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
