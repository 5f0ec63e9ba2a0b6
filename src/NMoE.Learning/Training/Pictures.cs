using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>Pictures of a shard as normalised batches.</summary>
internal sealed class Pictures
{
    private const int Pad = 4;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly PictureShape _shape;
    private readonly Mirroring _mirror;
    private readonly float[] _levels;

    /// <param name="bytes">n pictures, channel by channel.</param>
    /// <param name="model">What takes them: it says their shape and traits.</param>
    public Pictures(ReadOnlyMemory<byte> bytes, ModelSpec model)
    {
        (_bytes, _shape, _mirror) = (bytes, model.Shape, model.Traits.Mirror);
        _levels = [.. Enumerable.Range(0, _shape.Channels * 256)
            .Select(i => ((i % 256 / 255f) - (float)model.Traits.Mean[i / 256]) / (float)model.Traits.Deviation[i / 256])];
        Count = bytes.Length / _shape.Bytes;
    }

    public int Count { get; }

    /// <summary>Pictures as they are, [B, C, H, W].</summary>
    public Tensor Batch(ReadOnlySpan<int> rows)
    {
        var batch = Empty(rows.Length, out var values);
        for (var i = 0; i < rows.Length; i++)
        {
            Copy(rows[i], values.Slice(i * _shape.Bytes, _shape.Bytes), 0, 0, 1);
        }

        return Backend.There(batch);
    }

    /// <summary>Pictures changed at random, each by draws of its own, [B, C, H, W]. Those of a data set that is never mirrored are not, whatever is asked for.</summary>
    public Tensor Augmented(ReadOnlySpan<int> rows, Augmentation augmentation, Draws draws)
    {
        var batch = Empty(rows.Length, out var values);
        Augment(rows, augmentation, draws, values);
        return Backend.There(batch);
    }

    /// <summary>The same into memory that is there.</summary>
    public void Augment(ReadOnlySpan<int> rows, Augmentation augmentation, Draws draws, Span<float> values)
    {
        var pad = augmentation is Augmentation.CropAndFlip or Augmentation.Crop ? Pad : 0;
        var mirrors = augmentation is Augmentation.CropAndFlip or Augmentation.Flip && _mirror == Mirroring.Allowed;
        for (var i = 0; i < rows.Length; i++)
        {
            var right = draws.Next((2 * pad) + 1) - pad;
            var down = draws.Next((2 * pad) + 1) - pad;
            var direction = draws.Next(2) == 0 || !mirrors ? 1 : -1;
            Copy(rows[i], values.Slice(i * _shape.Bytes, _shape.Bytes), right, down, direction);
        }
    }

    private Tensor Empty(int rows, out Span<float> values)
    {
        var batch = empty(rows, _shape.Channels, _shape.Height, _shape.Width);
        values = MemoryMarshal.Cast<byte, float>(batch.bytes);
        return batch;
    }

    private void Copy(int row, Span<float> target, int right, int down, int direction)
    {
        var source = _bytes.Span.Slice(row * _shape.Bytes, _shape.Bytes);
        var (plane, width) = (_shape.Plane, _shape.Width);
        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            // Outside the picture is black before normalisation, as in the usual recipe.
            var levels = _levels.AsSpan(channel * 256, 256);
            if (right == 0 && down == 0 && direction == 1)
            {
                Look(source.Slice(channel * plane, plane), levels, target.Slice(channel * plane, plane));
                continue;
            }

            for (var y = 0; y < _shape.Height; y++)
            {
                var line = target.Slice((channel * plane) + (y * width), width);
                var from = y + down;
                if (from < 0 || from >= _shape.Height)
                {
                    line.Fill(levels[0]);
                    continue;
                }

                var pixels = source.Slice((channel * plane) + (from * width), width);
                if (right == 0 && direction == 1)
                {
                    Look(pixels, levels, line);
                    continue;
                }

                for (var x = 0; x < width; x++)
                {
                    var at = (direction == 1 ? x : width - 1 - x) + right;
                    line[x] = levels[(uint)at < (uint)width ? pixels[at] : 0];
                }
            }
        }
    }

    private static void Look(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> levels, Span<float> line)
    {
        for (var x = 0; x < line.Length && x < pixels.Length; x++)
        {
            line[x] = levels[pixels[x]];
        }
    }
}
