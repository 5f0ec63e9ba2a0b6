namespace NMoE.Chance;

/// <summary>A sequence of draws that is a function of its key: reading it is its only state.</summary>
/// <param name="seed">Seed.</param>
/// <param name="purpose">What for.</param>
/// <param name="stream">Which sequence of that purpose, such as the epoch.</param>
public sealed class Draws(ulong seed, uint purpose, uint stream)
{
    private PhiloxBlock _block;
    private uint _read;

    /// <summary>The next 32 bits.</summary>
    public uint NextBits()
    {
        var word = _read % 4;
        if (word == 0)
        {
            _block = Philox.Draw(seed, purpose, stream, 0, _read / 4);
        }

        _read++;
        return word switch { 0 => _block.A, 1 => _block.B, 2 => _block.C, _ => _block.D };
    }

    /// <summary>The next number in [0, 1).</summary>
    public double Next() => NextBits() * (1.0 / 4294967296.0);

    /// <summary>The next number in (0, 1), of 52 random bits: never 0, so that it has a logarithm and a quantile.</summary>
    public double NextOpen() => ((((ulong)NextBits() << 20) | (NextBits() >> 12)) + 0.5) * (1.0 / 4503599627370496.0);

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
