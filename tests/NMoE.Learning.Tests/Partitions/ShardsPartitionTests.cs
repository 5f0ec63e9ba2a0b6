using CsCheck;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

public sealed class ShardsPartitionTests
{
    /// <summary>McMahan et al. (2017): MNIST's 60000 pictures in 200 shards of 300, two for each of 100 clients.</summary>
    [Fact]
    public void Two_shards_are_of_two_classes_or_three_and_all_pictures_are_dealt()
    {
        int[] mnist = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
        var counts = Partition.Counts(Spec(100, 600, 2), 3, mnist);
        Assert.All(counts, own => Assert.InRange(own.Count(count => count > 0), 1, 4));
        Assert.True(counts.Count(own => own.Count(count => count > 0) <= 2) > 80);
        Assert.Equal(mnist, Enumerable.Range(0, 10).Select(label => counts.Sum(own => own[label])));
        Assert.NotEqual(counts, Partition.Counts(Spec(100, 600, 2), 4, mnist));
    }

    /// <summary>Four classes of 6, two thirds of them in shards of 4: each client has two classes, and of each class as much is dealt.</summary>
    [Fact]
    public void Of_each_class_the_same_share_is_dealt_where_not_all_is_asked_for()
    {
        var counts = Partition.Counts(Spec(2, 8, 2), 1, [6, 6, 6, 6]);
        Assert.All(counts, own => Assert.Equal([0, 0, 4, 4], own.Order()));
        Assert.All(Enumerable.Range(0, 4), label => Assert.Equal(4, counts.Sum(own => own[label])));
    }

    [Fact]
    public void Every_client_has_its_number_and_no_class_gives_more_than_it_has() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 5], Gen.Int[1, 40], Gen.Int[0, 300].Array[2, 8], Gen.ULong).Sample((clients, shards, size, available, seed) =>
        {
            if (clients * shards * size > available.Sum())
                return true;
            var counts = Partition.Counts(Spec(clients, shards * size, shards), seed, available);
            return counts.All(own => own.Sum() == shards * size && own.Min() >= 0) && available.Index().All(label => counts.Sum(own => own[label.Index]) <= label.Item);
        });

    [Theory]
    [InlineData(2, 9, 2, "9 pictures a client are no whole number of 2 shards of equal size.")]
    [InlineData(3, 8, 2, "3 clients with 8 pictures each need 24 different ones, but there are 20.")]
    public void What_cannot_be_dealt_is_refused_with_the_numbers(int clients, int rows, int shards, string message) => Assert.Contains(
        message, Assert.Throws<PartitionException>(() => Partition.Counts(Spec(clients, rows, shards), 1, [4, 4, 4, 4, 4])).Message, StringComparison.Ordinal);

    private static PartitionSpec Spec(int clients, int rows, int shards) => new(ShardsPartition.PartitionName, 1, clients, rows) { Shards = shards };
}
