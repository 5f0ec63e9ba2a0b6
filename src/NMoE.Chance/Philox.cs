namespace NMoE.Chance;

/// <summary>Four words of random bits.</summary>
public readonly record struct PhiloxBlock(uint A, uint B, uint C, uint D);

/// <summary>
/// Counter-based random bits, Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a draw is a
/// function of
/// its counter and key, and no generator has state.
/// </summary>
public static class Philox
{
    private const int Rounds = 10;

    /// <summary>The block at a counter of four words, under a key of two.</summary>
    public static PhiloxBlock Block(PhiloxBlock counter, uint key0, uint key1)
    {
        var (a, b, c, d) = counter;
        for (var round = 0; round < Rounds; round++)
        {
            var left = 0xD251_1F53UL * a;
            var right = 0xCD9E_8D57UL * c;
            (a, b, c, d) = ((uint)(right >> 32) ^ b ^ key0, (uint)right, (uint)(left >> 32) ^ d ^ key1, (uint)left);
            key0 += 0x9E37_79B9;
            key1 += 0xBB67_AE85;
        }

        return new(a, b, c, d);
    }

    /// <summary>The block number <paramref name="block"/> of item <paramref name="index"/> in a stream, for one purpose: draws of different purposes never share a counter.</summary>
    public static PhiloxBlock Draw(ulong seed, uint purpose, uint stream, uint index, uint block = 0) =>
        Block(new(block, index, stream, purpose), (uint)seed, (uint)(seed >> 32));
}
