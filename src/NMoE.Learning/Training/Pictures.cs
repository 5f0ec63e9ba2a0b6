using NMoE.Chance;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>Pictures of a shard as normalised batches.</summary>
/// <param name="bytes">n times 3072 bytes, channel by channel.</param>
internal sealed class Pictures(ReadOnlyMemory<byte> bytes)
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private const int Channels = 3;
    private const int Size = Channels * Plane;
    private const int Pad = 4;
    private static readonly float[] Mean = [0.4914f, 0.4822f, 0.4465f];
    private static readonly float[] Deviation = [0.2470f, 0.2434f, 0.2615f];
    private static readonly float[] Levels = [.. Enumerable.Range(0, Channels * 256)
        .Select(i => ((i % 256 / 255f) - Mean[i / 256]) / Deviation[i / 256])];

    public int Count { get; } = bytes.Length / Size;

    /// <summary>Pictures as they are, [B, 3, 32, 32].</summary>
    public Tensor Batch(ReadOnlySpan<int> rows)
    {
        var values = new float[rows.Length * Size];
        for (var i = 0; i < rows.Length; i++)
        {
            Copy(rows[i], values.AsSpan(i * Size, Size), 0, 0, 1);
        }

        return TensorBlobs.Owned(values, rows.Length, Channels, Side, Side);
    }

    /// <summary>Pictures changed at random, each by draws of its own, [B, 3, 32, 32].</summary>
    public Tensor Augmented(ReadOnlySpan<int> rows, Augmentation augmentation, Draws draws)
    {
        var values = new float[rows.Length * Size];
        for (var i = 0; i < rows.Length; i++)
        {
            var pad = augmentation == Augmentation.CropAndFlip ? Pad : 0;
            var right = draws.Next((2 * pad) + 1) - pad;
            var down = draws.Next((2 * pad) + 1) - pad;
            var direction = draws.Next(2) == 0 || augmentation == Augmentation.None ? 1 : -1;
            Copy(rows[i], values.AsSpan(i * Size, Size), right, down, direction);
        }

        return TensorBlobs.Owned(values, rows.Length, Channels, Side, Side);
    }

    private void Copy(int row, Span<float> target, int right, int down, int direction)
    {
        var source = bytes.Span.Slice(row * Size, Size);
        for (var channel = 0; channel < Channels; channel++)
        {
            // Outside the picture is black before normalisation, as in the usual recipe.
            var levels = Levels.AsSpan(channel * 256, 256);
            for (var y = 0; y < Side; y++)
            {
                var line = target.Slice((channel * Plane) + (y * Side), Side);
                var from = y + down;
                if (from is < 0 or >= Side)
                {
                    line.Fill(levels[0]);
                    continue;
                }

                var pixels = source.Slice((channel * Plane) + (from * Side), Side);
                for (var x = 0; x < Side; x++)
                {
                    var at = (direction == 1 ? x : Side - 1 - x) + right;
                    line[x] = levels[(uint)at < Side ? pixels[at] : 0];
                }
            }
        }
    }
}
