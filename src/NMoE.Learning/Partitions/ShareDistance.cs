namespace NMoE.Learning.Partitions;

/// <summary>How far apart class shares of the same clients are: half the sum of the differences (total variation), 0 for equal shares, 1 for no class in common.</summary>
/// <param name="Largest">The largest distance, 0..1.</param>
/// <param name="Client">The first client that has it.</param>
public readonly record struct ShareDistance(double Largest, int Client)
{
    /// <summary>Of numbers or shares of pictures, [n][C] each, a client without any has none to compare.</summary>
    public static ShareDistance Between(double[][] first, double[][] second)
    {
        var distances = first.Zip(second, (one, other) => Between(one, other)).ToArray();
        var largest = distances.Max();
        return new(largest, Array.IndexOf(distances, largest));
    }

    /// <summary>Pictures as numbers that <see cref="Between(double[][], double[][])"/> takes.</summary>
    public static double[][] Of(int[][] counts) => Array.ConvertAll(counts, own => Array.ConvertAll(own, count => (double)count));

    private static double Between(double[] first, double[] second)
    {
        var (all, others) = (first.Sum(), second.Sum());
        return all == 0 || others == 0 ? 0 : first.Zip(second, (one, other) => Math.Abs((one / all) - (other / others))).Sum() / 2;
    }
}
