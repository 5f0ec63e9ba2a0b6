using System.Collections.Immutable;
using CsCheck;
using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

/// <summary>A test shard has the class shares of its client's training shard, whatever the partition: a client is never tested on what it never met.</summary>
public sealed class SameSharesTests
{
    [Fact]
    public void Every_partitions_test_shards_have_the_shares_of_the_training_shards_but_for_whole_pictures() =>
        Gen.Select(Gen.Int[0, Learning.Partitions.Partitions.All.Length - 1], Gen.Int[1, 12], Gen.Double[0.02, 1], Gen.Int[1, 200], Gen.Int[1, 200], Gen.ULong, Gen.Int[30, 300].Array[4], Gen.Int[1, 100].Array[4])
            .Sample(
                (kind, clients, degree, trainRows, testRows, seed, trainClasses, testClasses) =>
                {
                    var partition = Learning.Partitions.Partitions.All[kind];
                    var source = new Uneven(trainClasses, testClasses);
                    var all = new PartitionSpec(partition.Name, degree, clients, trainRows) { Alpha = degree, Count = (CountRule)(seed % 2), Order = (DominantOrder)(seed / 2 % 2) };
                    var training = Fitted(source, DataSplit.Train, partition.Read(all), seed);
                    if (training is null || Fitted(source, DataSplit.Test, partition.Read(all with { PerClient = testRows, Like = training }), seed) is not { } test)
                        return;
                    for (var client = 0; client < clients; client++)
                    {
                        var learned = Partition.Deal(source, DataSplit.Train, training, seed, client).GroupBy(index => source.Label(DataSplit.Train, index)).ToDictionary(own => own.Key, own => own.Count());
                        var tested = Partition.Deal(source, DataSplit.Test, test, seed, client).GroupBy(index => source.Label(DataSplit.Test, index)).ToDictionary(own => own.Key, own => own.Count());
                        Assert.Equal((training.Rows, test.Rows), (learned.Values.Sum(), tested.Values.Sum()));
                        for (var label = 0; label < source.Classes; label++)
                        {
                            // Each number is its share's to less than a picture.
                            var apart = Math.Abs((learned.GetValueOrDefault(label) / (double)training.Rows) - (tested.GetValueOrDefault(label) / (double)test.Rows));
                            Assert.InRange(apart, 0, (1.0 / training.Rows) + (1.0 / test.Rows) + 1e-9);
                        }
                    }
                },
                iter: 400);

    /// <summary>
    /// Two clients with as many of class 0 as of class 1 in training, and ten test pictures of class 0: of twelve each would have six, two more than there are; of eleven each has
    /// five and one more of the class after.
    /// </summary>
    [Fact]
    public void The_largest_test_shards_are_those_that_the_scarcest_class_allows()
    {
        var source = new Uneven([100, 100], [10, 100]);
        var training = new PartitionSpec(DirichletPartition.PartitionName, 1, 2, 100) { Alpha = 1e6 };
        Assert.All(Partition.Counts(source, DataSplit.Train, training, 3), counts => Assert.Equal([50, 50], counts));
        var test = new PartitionSpec(DirichletPartition.PartitionName, 1, 2, 50) { Alpha = 1e6, Like = training };
        Assert.Equal(11, PartitionFit.Largest(source, DataSplit.Test, test, 3));
        Assert.All(Partition.Counts(source, DataSplit.Test, test with { PerClient = 11 }, 3), counts => Assert.Equal([5, 6], counts));
        Assert.EndsWith(
            "The most that fits is 11 a client.", Assert.Throws<PartitionException>(() => PartitionFit.Check(source, DataSplit.Test, test, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_only_the_test_split_lacks_is_refused_by_name()
    {
        var training = new PartitionSpec(DirichletPartition.PartitionName, 1, 2, 100) { Alpha = 1e6 };
        Assert.Equal(
            "Class 0 has no picture in the test split, and client 0 is to be dealt some. A data set with all its classes in both splits would fit.",
            Assert.Throws<PartitionException>(() => PartitionFit.Check(
                new Uneven([100, 100], [0, 100]), DataSplit.Test, new(DirichletPartition.PartitionName, 1, 2, 50) { Alpha = 1e6, Like = training }, 3)).Message);
    }

    /// <summary>Half the sum of |3/4 - 1/4| and |1/4 - 3/4| is a half; of no class in common, one.</summary>
    [Fact]
    public void Distance_is_total_variation()
    {
        double[][] first = [[3, 1], [1, 1], [5, 0]];
        Assert.Equal(new ShareDistance(0.5, 0), ShareDistance.Between(first, [[10, 30], [2, 2], [1, 0]]));
        Assert.Equal(new ShareDistance(1, 2), ShareDistance.Between(first, [[10, 30], [2, 2], [0, 7]]));
    }

    /// <summary>The same partition with as many pictures as there are, or fewer; null where nobody can have any.</summary>
    private static PartitionSpec? Fitted(Uneven source, DataSplit split, PartitionSpec spec, ulong seed) =>
        PartitionFit.Largest(source, split, spec, seed) is > 0 and var most ? spec with { PerClient = most } : null;

    private sealed class Uneven(int[] train, int[] test) : IDataSource
    {
        private readonly ImmutableArray<int> _train = Labels(train);
        private readonly ImmutableArray<int> _test = Labels(test);

        public int Classes => train.Length;

        public int Count(DataSplit split) => Of(split).Length;

        public int Label(DataSplit split, int index) => Of(split)[index];

        public void CopyPicture(DataSplit split, int index, Span<byte> destination) => destination[..PictureShape.Cifar.Bytes].Clear();

        private static ImmutableArray<int> Labels(int[] sizes) => [.. sizes.SelectMany((size, label) => Enumerable.Repeat(label, size))];

        private ImmutableArray<int> Of(DataSplit split) => split == DataSplit.Train ? _train : _test;
    }
}
