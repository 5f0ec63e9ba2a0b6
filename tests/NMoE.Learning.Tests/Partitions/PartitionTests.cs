using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

public sealed class PartitionTests
{
    private static readonly GeneratedSource Source = new(1);
    private static readonly PartitionSpec Spec = new(NonIidPartition.PartitionName, 0.3, 10, 500);

    [Fact]
    public void No_picture_is_dealt_twice()
    {
        var shards = Enumerable.Range(0, 10).Select(client => Deal(Spec, 7, client)).ToArray();
        Assert.All(shards, shard => Assert.Equal(500, shard.Length));
        Assert.Equal(5000, shards.SelectMany(shard => shard).Distinct().Count());
    }

    [Fact]
    public void A_shard_has_the_class_counts_of_its_client() =>
        Assert.Equal(
            Partition.Counts(Spec, 7, [.. Enumerable.Repeat(500, 10)])[6],
            Enumerable.Range(0, 10).Select(label => Deal(Spec, 7, 6).Count(index => Source.Label(DataSplit.Train, index) == label)));

    [Fact]
    public void The_same_seed_deals_the_same_pictures_and_another_seed_others()
    {
        Assert.Equal(Deal(Spec, 7, 2), Deal(Spec, 7, 2));
        Assert.NotEqual(Deal(Spec, 7, 2), Deal(Spec, 8, 2));
    }

    [Fact]
    public void Too_few_pictures_of_a_class_says_how_many_are_needed_and_there()
    {
        var error = Assert.Throws<PartitionException>(() => Deal(Spec with { PerClient = 501 }, 7, 0));
        Assert.Matches(
            "^Class [0-9] needs 50[12] pictures of the training split, but there are 500 "
                + "\\(10 clients with 501 pictures each, Non-IID\\(0.3\\)\\)", error.Message);
    }

    [Fact]
    public void Where_clients_may_share_pictures_a_class_goes_round_and_nobody_has_one_twice()
    {
        var spec = Spec with { PerClient = 600, Overlap = Overlap.Allowed };
        var shards = Enumerable.Range(0, 10).Select(client => Deal(spec, 7, client)).ToArray();
        Assert.All(shards, shard => Assert.Equal(600, shard.Distinct().Count()));
        Assert.Equal(5000, shards.SelectMany(shard => shard).Distinct().Count());
    }

    private static int[] Deal(PartitionSpec spec, ulong seed, int client) => Partition.Deal(Source, DataSplit.Train, spec, seed, client);
}
