using NMoE.Learning.Data;

namespace NMoE.Learning.Training;

/// <summary>What a draw in training is for.</summary>
public enum DrawPurpose : uint
{
    /// <summary>An initial parameter.</summary>
    Parameter = 0x5452_0001,

    /// <summary>The order of samples in an epoch.</summary>
    Shuffle = 0x5452_0002,

    /// <summary>Crop and flip of a sample.</summary>
    Augment = 0x5452_0003,

    /// <summary>Router noise.</summary>
    Noise = 0x5452_0004,

    /// <summary>Which samples are held out.</summary>
    Holdout = 0x5452_0005,

    /// <summary>The first view of a sample, for self-supervision.</summary>
    FirstView = 0x5452_0007,

    /// <summary>The second view.</summary>
    SecondView = 0x5452_0008,

    /// <summary>What a bootstrap draws again.</summary>
    Bootstrap = 0x5452_0010,

    /// <summary>RanGate's choice.</summary>
    Route = 0x5452_0006,

    /// <summary>RollGate's pseudo-labels.</summary>
    PseudoLabel = 0x5452_0009,
}

/// <summary>A sequence of draws that is a function of its key: reading it is its only state.</summary>
/// <param name="seed">The job's seed.</param>
/// <param name="purpose">What for.</param>
/// <param name="stream">Which sequence of that purpose, such as the epoch.</param>
public sealed class Draws(ulong seed, DrawPurpose purpose, uint stream)
{
    private PhiloxBlock _block;
    private uint _read;

    /// <summary>The next 32 bits.</summary>
    public uint NextBits()
    {
        var word = _read % 4;
        if (word == 0)
        {
            _block = Philox.Block(new(_read / 4, 0, stream, (uint)purpose), (uint)seed, (uint)(seed >> 32));
        }

        _read++;
        return word switch { 0 => _block.A, 1 => _block.B, 2 => _block.C, _ => _block.D };
    }

    /// <summary>The next number in [0, 1).</summary>
    public double Next() => NextBits() * (1.0 / 4294967296.0);

    /// <summary>The next integer in [0, bound).</summary>
    public int Next(int bound) => (int)(((ulong)NextBits() * (ulong)bound) >> 32);

    /// <summary>The next nearly normal number: the sum of twelve uniform ones, less six. It needs no logarithm, whose bits differ between machines.</summary>
    public double NextNormal()
    {
        double sum = -6;
        for (var i = 0; i < 12; i++)
        {
            sum += Next();
        }

        return sum;
    }

    /// <summary>The numbers 0 to count - 1 in drawn order (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
