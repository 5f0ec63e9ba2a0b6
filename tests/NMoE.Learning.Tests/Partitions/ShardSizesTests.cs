using CsCheck;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

/// <summary>Clients with different numbers of pictures: drawn, or as users made them.</summary>
public sealed class ShardSizesTests : IDisposable
{
    private static readonly DataSpec s_generated = new("generated", GeneratedSource.Version, 3);
    private static readonly string[] s_kinds = ["iid", "non-iid", "dirichlet"];
    private readonly DataFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Drawn_sizes_have_the_mean_that_was_asked_for_and_nobody_has_none() =>
        Gen.Select(Gen.Int[0, 2].Select(kind => s_kinds[kind]), Gen.Int[1, 2].Select(rule => (SizeRule)rule), Gen.Int[1, 12], Gen.Int[1, 100], Gen.Double[0.05, 5], Gen.ULong)
            .Sample((kind, rule, clients, mean, spread, seed) =>
            {
                var sizes = ShardSizes.Of(Spec(kind, rule, clients, mean, spread), s_generated, DataSplit.Train, seed);
                return sizes.Sum() == clients * mean && sizes.Min() >= 1;
            });

    [Theory]
    [InlineData(SizeRule.LogNormal, 3.0)]
    [InlineData(SizeRule.Dirichlet, 0.05)]
    public void Drawn_sizes_leave_each_client_as_many_as_are_asked_for(SizeRule rule, double spread)
    {
        int[] Sizes(int? fewest) => ShardSizes.Of(Spec("iid", rule, 10, 20, spread) with { Fewest = fewest }, s_generated, DataSplit.Train, 2);
        Assert.Equal([0, 1, 1, 5], new[] { Sizes(0).Min(), Sizes(1).Min(), Sizes(null).Min(), Sizes(5).Min() });
        Assert.Equal(Sizes(null), Sizes(1));
        Assert.Equal([20, .. Enumerable.Repeat(20, 9)], Sizes(20));
        Assert.All(new[] { 0, 1, 5 }, fewest => Assert.Equal(200, Sizes(fewest).Sum()));
    }

    /// <summary>A client without training pictures has no shares that its test pictures could have: it gets each class as often.</summary>
    [Theory]
    [InlineData("iid")]
    [InlineData("non-iid")]
    [InlineData("dirichlet")]
    public void A_client_without_training_pictures_has_test_pictures_like_the_others(string kind)
    {
        var (source, spec) = (new GeneratedSource(3), Learning.Partitions.Partitions.Of(kind).Read(Spec(kind, SizeRule.Dirichlet, 10, 30, 0.05) with { Fewest = 0 }));
        var empty = Array.FindIndex(ShardSizes.Of(spec, s_generated, DataSplit.Train, 5), size => size == 0);
        Assert.True(empty >= 0);
        Assert.Empty(Partition.Deal(source, DataSplit.Train, spec, 5, empty));
        PartitionFit.Check(source, DataSplit.Train, spec, 5);

        var test = Learning.Partitions.Partitions.Of(kind).Read(new(kind, 0.3, 10, 20) { Like = spec });
        var labels = Partition.Deal(source, DataSplit.Test, test, 5, empty).GroupBy(row => source.Label(DataSplit.Test, row)).Select(own => own.Count()).ToArray();
        Assert.Equal(20, labels.Sum());
        Assert.Equal(kind == "non-iid" ? 15 : 2, labels.Max());
    }

    [Theory]
    [InlineData(SizeRule.LogNormal, 0.05, 2.0)]
    [InlineData(SizeRule.Dirichlet, 50.0, 0.3)]
    public void The_spread_says_how_far_sizes_lie_apart(SizeRule rule, double near, double far)
    {
        int Range(double spread) => ShardSizes.Of(Spec("iid", rule, 10, 200, spread), s_generated, DataSplit.Train, 1) is var sizes ? sizes.Max() - sizes.Min() : 0;
        Assert.True(Range(near) < 150, $"{Range(near)}");
        Assert.True(Range(far) > 400, $"{Range(far)}");
    }

    [Theory]
    [InlineData("iid")]
    [InlineData("non-iid")]
    [InlineData("dirichlet")]
    public void Each_client_is_dealt_as_many_as_its_size_says_and_no_picture_twice(string kind)
    {
        var (source, spec) = (new GeneratedSource(3), Spec(kind, SizeRule.LogNormal, 6, 120, 0.8));
        var sizes = ShardSizes.Of(spec, s_generated, DataSplit.Train, 5);
        Assert.True(sizes.Distinct().Count() > 3);
        var shards = Enumerable.Range(0, 6).Select(client => Partition.Deal(source, DataSplit.Train, spec, 5, client)).ToArray();
        Assert.Equal(sizes, shards.Select(shard => shard.Length));
        Assert.Equal(720, shards.SelectMany(shard => shard).Distinct().Count());
        PartitionFit.Check(source, DataSplit.Train, spec, 5);

        var test = new PartitionSpec(kind, 0.3, 6, 30) { Like = kind == "dirichlet" ? spec : null };
        Assert.All(Enumerable.Range(0, 6), client => Assert.Equal(30, Partition.Deal(source, DataSplit.Test, test, 5, client).Length));
    }

    [Fact]
    public void A_shard_of_a_drawn_size_is_foretold_to_the_byte()
    {
        var function = new ShardFunction(new DataCatalog(null));
        foreach (var client in Enumerable.Range(0, 4))
        {
            var job = LearningJob.Create(new ShardParameters(s_generated, "train", Spec("iid", SizeRule.Dirichlet, 4, 30, 0.5), client), 9);
            var output = function.Run(new(job, [], CancellationToken.None));
            Assert.Equal(output.Blobs.Select(blob => (long)blob.Length), function.Forecast(job).Outputs);
        }
    }

    /// <summary>Equal sizes are left out of jobs, and so keep the keys that they had.</summary>
    [Fact]
    public void Equal_sizes_stand_in_no_job() => Assert.Equal(
        """{"Data":{"Name":"generated","ContentHash":"generated-2","Seed":3},"Split":"train","Partition":{"Kind":"iid","Tau":1,"Clients":2,"PerClient":5,"Alpha":1,"Dominant":"OneOverOnePlusTau","Count":"TotalFixed","Overlap":"Refused"},"Client":0}""",
        LearningJob.Create(new ShardParameters(s_generated, "train", Learning.Partitions.Partitions.Of("iid").Read(Spec("iid", SizeRule.Equal, 2, 5, 1)), 0), 0).Parameters);

    /// <summary>Users 10, 20 and 30 have 3, 1 and 2 training pictures; 20 has none for tests and is left out.</summary>
    [Fact]
    public void By_user_each_client_has_the_pictures_of_one()
    {
        var open = Users();
        var spec = Learning.Partitions.Partitions.Of("natural").Read(Spec("natural", SizeRule.Equal, 2, 100, 1));
        Assert.Equal([3, 2], ShardSizes.Of(spec, open.Spec, DataSplit.Train, 1));
        Assert.Equal([1, 2], ShardSizes.Of(spec, open.Spec, DataSplit.Test, 1));
        Assert.Equal([0, 2, 4], Partition.Deal(open.Source, DataSplit.Train, spec, 1, 0));
        Assert.Equal([3, 5], Partition.Deal(open.Source, DataSplit.Train, spec, 1, 1));
        Assert.Equal([[2, 1], [1, 1]], Partition.Counts(open.Source, DataSplit.Train, spec, 1).AsEnumerable());
    }

    [Fact]
    public void More_clients_than_users_and_data_without_users_are_refused()
    {
        var (open, spec) = (Users(), Learning.Partitions.Partitions.Of("natural").Read(Spec("natural", SizeRule.Equal, 3, 100, 1)));
        Assert.Contains("3 clients need as many users with training and test pictures, but there are 2.", Refused(open.Source, spec), StringComparison.Ordinal);
        Assert.Contains("The data set does not say whose its pictures are.", Refused(new GeneratedSource(1), spec), StringComparison.Ordinal);
    }

    private static string Refused(IDataSource source, PartitionSpec spec) => Assert.Throws<PartitionException>(() => PartitionFit.Check(source, DataSplit.Train, spec, 1)).Message;

    private OpenData Users() => DataSources.Of("npz").Open(
        _files.Put("users.npz", DataFiles.Npz(
            ("x", DataFiles.Npy("|u1", "(6, 1, 2)", new byte[12])), ("y", DataFiles.Npy("|u1", "(6,)", [0, 1, 0, 1, 1, 0])), ("client", DataFiles.Npy("<i8", "(6,)", DataFiles.Longs(10, 20, 10, 30, 10, 30))),
            ("x_test", DataFiles.Npy("|u1", "(3, 1, 2)", new byte[6])), ("y_test", DataFiles.Npy("|u1", "(3,)", [0, 1, 0])), ("client_test", DataFiles.Npy("<i8", "(3,)", DataFiles.Longs(30, 10, 30))))),
        0, DataReading.None);

    private static PartitionSpec Spec(string kind, SizeRule rule, int clients, int mean, double spread) => new(kind, 0.3, clients, mean) { Sizes = rule, Spread = spread };
}
