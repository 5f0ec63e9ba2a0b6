using CsCheck;
using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

/// <summary>What holds of every partition, over drawn numbers of clients, degrees and seeds: ten classes of a hundred pictures each.</summary>
public sealed class PartitionPropertyTests
{
    private const int Classes = 10;
    private static readonly Even Source = new();

    [Fact]
    public void Non_IID_shards_have_their_sizes_and_shares_are_disjoint_and_a_function_of_the_seed() =>
        Gen.Select(Gen.Int[1, 12], Gen.Double[0.01, 1], Gen.Int[1, 25], Gen.ULong).Sample(
            (clients, tau, perClient, seed) =>
            {
                var spec = new PartitionSpec(NonIidPartition.PartitionName, tau, clients, perClient);
                Holds(spec, seed);
                foreach (var client in Enumerable.Range(0, clients))
                {
                    var counts = CountsOf(Partition.Deal(Source, DataSplit.Train, spec, seed, client));
                    Assert.All(Enumerable.Range(0, Classes), label => Assert.InRange(counts[label] - Quota(spec, client, label), -1 - 1e-6, 1 + 1e-6));
                }
            },
            iter: 60);

    [Fact]
    public void Dirichlet_shards_have_their_sizes_are_disjoint_and_a_function_of_the_seed() =>
        Gen.Select(Gen.Int[1, 12], Gen.Double[0.05, 20], Gen.Int[1, 80], Gen.ULong).Sample(
            (clients, alpha, perClient, seed) => Holds(new PartitionSpec(DirichletPartition.PartitionName, 1, clients, perClient) { Alpha = alpha }, seed), iter: 60);

    /// <summary>Section 1: the share 1/(1+tau) for the class i mod 10, or for those that leave i when divided by n where n is below 10; the rest evenly over the others.</summary>
    private static double Quota(PartitionSpec spec, int client, int label)
    {
        var dominant = Enumerable.Range(0, Classes).Where(c => spec.Clients < Classes ? c % spec.Clients == client : c == client % Classes).ToArray();
        var others = Classes - dominant.Length;
        return others == 0 ? spec.PerClient / (double)Classes
            : dominant.Contains(label) ? spec.PerClient / (1 + spec.Tau) / dominant.Length
            : spec.PerClient * spec.Tau / (1 + spec.Tau) / others;
    }

    private static void Holds(PartitionSpec spec, ulong seed)
    {
        var shards = Deal();
        Assert.All(shards, shard => Assert.Equal(spec.PerClient, shard.Length));
        Assert.Equal(spec.Clients * spec.PerClient, shards.SelectMany(shard => shard).Distinct().Count());
        Assert.Equal(shards, Deal());

        int[][] Deal() => [.. Enumerable.Range(0, spec.Clients).Select(client => Partition.Deal(Source, DataSplit.Train, spec, seed, client))];
    }

    private static int[] CountsOf(int[] shard) =>
        [.. Enumerable.Range(0, Classes).Select(label => shard.Count(index => Source.Label(DataSplit.Train, index) == label))];

    private sealed class Even : IDataSource
    {
        public int Classes => PartitionPropertyTests.Classes;

        public int Count(DataSplit split) => 100 * Classes;

        public int Label(DataSplit split, int index) => index % Classes;

        public void CopyPicture(DataSplit split, int index, Span<byte> destination) => destination[..PictureShape.Cifar.Bytes].Clear();
    }
}
