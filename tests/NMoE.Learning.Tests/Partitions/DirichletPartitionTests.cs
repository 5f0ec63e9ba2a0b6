using CsCheck;
using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

public sealed class DirichletPartitionTests
{
    private static readonly int[] Available = [.. Enumerable.Repeat(3000, 10)];

    [Fact]
    public void Every_client_gets_its_number_and_no_class_gives_more_than_it_has() =>
        Gen.Select(Gen.Int[1, 12], Gen.Double[0.01, 50], Gen.Int[1, 2500], Gen.ULong).Sample((clients, alpha, perClient, seed) =>
        {
            var counts = Partition.Counts(Spec(alpha, clients, perClient), seed, Available);
            return counts.All(own => own.Sum() == perClient && own.Min() >= 0)
                && Enumerable.Range(0, 10).All(label => counts.Sum(own => own[label]) <= 3000);
        });

    /// <summary>A component of Dirichlet(a, ..., a) over C classes has mean 1/C and variance (C - 1) / (C^2 (C a + 1)).</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(5)]
    public void Shares_have_the_mean_and_the_variance_of_the_distribution(double alpha)
    {
        const int draws = 4000;
        var first = Enumerable.Range(0, draws).Select(client => DirichletPartition.Shares(alpha, 11, client, 10)[3]).ToArray();
        var variance = 9.0 / (100 * ((10 * alpha) + 1));
        Assert.Equal(0.1, first.Average(), 4 * Math.Sqrt(variance / draws));
        var squares = first.Select(share => Math.Pow(share - 0.1, 2)).ToArray();
        var spread = Math.Sqrt(squares.Select(square => Math.Pow(square - squares.Average(), 2)).Average() / draws);
        Assert.Equal(variance, squares.Average(), 4 * spread);
    }

    [Fact]
    public void Shards_are_disjoint_and_a_function_of_the_seed()
    {
        var source = new GeneratedSource(1);
        var shards = Enumerable.Range(0, 5).Select(client => Partition.Deal(source, DataSplit.Train, Spec(0.3, 5, 400), 7, client)).ToArray();
        Assert.Equal(2000, shards.SelectMany(shard => shard).Distinct().Count());
        Assert.Equal(shards[2], Partition.Deal(source, DataSplit.Train, Spec(0.3, 5, 400), 7, 2));
        Assert.NotEqual(shards[2], Partition.Deal(source, DataSplit.Train, Spec(0.3, 5, 400), 8, 2));
    }

    [Fact]
    public void More_pictures_than_there_are_are_refused_with_both_numbers() => Assert.Contains(
        "need 30001 different ones, but there are 30000",
        Assert.Throws<PartitionException>(() => Partition.Counts(Spec(1, 1, 30_001), 1, Available)).Message, StringComparison.Ordinal);

    [Fact]
    public void Where_clients_may_share_pictures_one_client_still_needs_different_ones()
    {
        var spec = Spec(1, 3, 30_000) with { Overlap = Overlap.Allowed };
        Assert.All(Partition.Counts(spec, 1, Available), counts => Assert.Equal(Available, counts));
        Assert.Throws<PartitionException>(() => Partition.Counts(spec with { PerClient = 30_001 }, 1, Available));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Alpha_outside_its_range_is_refused(double alpha) =>
        Assert.Throws<PartitionException>(() => Partition.Counts(Spec(alpha, 2, 10), 1, Available));

    private static PartitionSpec Spec(double alpha, int clients, int perClient) => new(DirichletPartition.PartitionName, 1, clients, perClient) { Alpha = alpha };
}
