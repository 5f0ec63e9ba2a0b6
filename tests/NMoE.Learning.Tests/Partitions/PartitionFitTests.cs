using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

/// <summary>Data of ten classes, a hundred pictures each, but for one class that has none.</summary>
public sealed class PartitionFitTests
{
    private const int Missing = 7;

    /// <summary>Non-IID(0.3) gives client i of its 20 pictures 15 of class i and one each of the five classes after it: client 2 is the first with class 7.</summary>
    [Theory]
    [InlineData(IidPartition.PartitionName, DataSplit.Train, "training", 0)]
    [InlineData(NonIidPartition.PartitionName, DataSplit.Train, "training", 2)]
    [InlineData(IidPartition.PartitionName, DataSplit.Test, "test", 0)]
    public void A_class_without_pictures_is_named_with_what_would_fit(string kind, DataSplit split, string name, int client) => Assert.Equal(
        $"Class 7 has no picture in the {name} split, and client {client} is to be dealt some. A data set with all its classes, or a Dirichlet partition, would fit.",
        Assert.Throws<PartitionException>(() => Check(new(kind, 0.3, 10, 20), split)).Message);

    [Fact]
    public void Nobody_misses_a_class_that_nobody_is_dealt()
    {
        // Dirichlet takes from the classes that there are.
        Check(new(DirichletPartition.PartitionName, 1, 10, 90) { Alpha = 0.5 }, DataSplit.Train);

        // Four pictures of ten classes: 1 to 4 for client 0, as the largest remainders after its own number fall.
        Check(new(IidPartition.PartitionName, 1, 1, 4), DataSplit.Train);
    }

    [Fact]
    public void Clients_whose_last_one_takes_a_class_too_far_are_refused_by_the_first_ones_check() => Assert.Contains(
        "needs 110 pictures of the training split, but there are 100",
        Assert.Throws<PartitionException>(() => PartitionFit.Check(new Classes(-1), DataSplit.Train, new(IidPartition.PartitionName, 1, 11, 100), 1)).Message,
        StringComparison.Ordinal);

    /// <summary>dominant-fixed at tau 0.5: 80 pictures of the own class and 40 others, 4 or 5 of each: of class 0 there are needed 80 and 40 of nine clients.</summary>
    [Fact]
    public void Too_few_of_a_class_says_how_large_whole_shards_are_and_that_clients_may_share()
    {
        var spec = new PartitionSpec(NonIidPartition.PartitionName, 0.5, 10, 80) { Count = CountRule.DominantFixed };
        Assert.Equal(
            "Class 0 needs 120 pictures of the training split, but there are 100 (10 clients with 120 pictures each, Non-IID(0.5)). "
            + "Fewer clients or fewer pictures a client would fit, or data.allow-overlap = on, by which clients share pictures. The most that fits is 66 a client.",
            Refusal(spec));
    }

    [Fact]
    public void Where_clients_share_already_fewer_clients_are_no_remedy() => Assert.EndsWith(
        "Clients share pictures already: fewer pictures a client would fit. The most that fits is 1000 a client.",
        Refusal(new PartitionSpec(IidPartition.PartitionName, 1, 3, 1010) { Overlap = Overlap.Allowed }), StringComparison.Ordinal);

    [Theory]
    [InlineData(IidPartition.PartitionName)]
    [InlineData(NonIidPartition.PartitionName)]
    [InlineData(DirichletPartition.PartitionName)]
    public void More_clients_than_pictures_are_refused_with_both_numbers(string kind)
    {
        var message = Assert.Throws<PartitionException>(() => PartitionFit.Check(new Classes(-1), DataSplit.Train, new(kind, 0.3, 1500, 1), 1)).Message;
        Assert.Matches("^(Class [0-9] needs 150 pictures of the training split, but there are 100|1500 clients with 1 pictures each need 1500 different ones, but there are 1000)", message);
    }

    [Theory]
    [InlineData(IidPartition.PartitionName)]
    [InlineData(NonIidPartition.PartitionName)]
    [InlineData(DirichletPartition.PartitionName)]
    public void One_client_alone_can_have_all(string kind) =>
        PartitionFit.Check(new Classes(-1), DataSplit.Train, new(kind, 0.3, 1, 1000), 1);

    private static string Refusal(PartitionSpec spec) =>
        Assert.Throws<PartitionException>(() => PartitionFit.Check(new Classes(-1), DataSplit.Train, spec, 1)).Message;

    private static void Check(PartitionSpec spec, DataSplit split) => PartitionFit.Check(new Classes(Missing), split, spec, 1);

    private sealed class Classes(int missing) : IDataSource
    {
        private readonly int[] _labels = [.. Enumerable.Range(0, 1000).Select(index => index % 10).Where(label => label != missing)];

        int IDataSource.Classes => 10;

        public int Count(DataSplit split) => _labels.Length;

        public int Label(DataSplit split, int index) => _labels[index];

        public void CopyPicture(DataSplit split, int index, Span<byte> destination) => destination[..PictureShape.Cifar.Bytes].Clear();
    }
}
