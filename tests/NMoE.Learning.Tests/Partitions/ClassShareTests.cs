using CsCheck;
using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Partitions;

/// <summary>IID and Non-IID(tau): how many pictures of each class a client gets, against arithmetic on paper and the paper's Table I.</summary>
public sealed class ClassShareTests
{
    [Fact]
    public void Tau_of_0_3_gives_the_share_of_the_tables_with_ties_after_the_dominant_class() =>
        Assert.Equal([25, 25, 25, 769, 26, 26, 26, 26, 26, 26], Of(NonIid(0.3, 10, 1000), 3));

    [Fact]
    public void With_five_clients_two_dominant_classes_share_the_dominant_part() =>
        Assert.Equal([28, 384, 29, 29, 29, 29, 384, 29, 29, 29], Of(NonIid(0.3, 5, 999), 1));

    [Fact]
    public void With_one_client_every_class_is_equally_frequent() =>
        Assert.Equal(Enumerable.Repeat(100, 10), Of(NonIid(0.3, 1, 1000), 0));

    [Fact]
    public void Client_thirteen_has_the_dominant_class_three() =>
        Assert.Equal(3, Array.IndexOf(Of(NonIid(0.2, 20, 500), 13), Of(NonIid(0.2, 20, 500), 13).Max()));

    /// <summary>The constant predictor's accuracies of the paper's Table I: 66.66, 76.92 and 83.33 %.</summary>
    [Theory]
    [InlineData(0.5, 3750, 66.66)]
    [InlineData(0.3, 3250, 76.92)]
    [InlineData(0.2, 3000, 83.33)]
    public void A_fixed_dominant_part_gives_the_shares_of_the_table(double tau, int rows, double percent)
    {
        var spec = NonIid(tau, 10, 2500) with { Count = CountRule.DominantFixed };
        var counts = Of(spec, 4);
        Assert.Equal((rows, rows, 2500), (spec.Rows, counts.Sum(), counts[4]));
        Assert.Equal(percent, Math.Truncate(1e4 * counts[4] / rows) / 100);
    }

    [Fact]
    public void By_the_texts_rule_the_dominant_class_has_one_minus_tau() =>
        Assert.Equal(700, Of(NonIid(0.3, 10, 1000) with { Dominant = DominantRule.OneMinusTau }, 3)[3]);

    /// <summary>A permutation: over as many clients as classes each is dominant once, and the twentieth client has what the tenth has.</summary>
    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void A_drawn_order_makes_each_class_dominant_once_in_ten_clients(ulong seed)
    {
        var order = Dominant(seed);
        Assert.Equal(Enumerable.Range(0, 10), order[..10].Order());
        Assert.Equal(order[..10], order[10..]);
        Assert.Equal(order, Dominant(seed));
    }

    /// <summary>One in 10! orders is that of the numbers, and one in 10! that of another seed.</summary>
    [Fact]
    public void A_drawn_order_follows_from_the_seed()
    {
        Assert.NotEqual(Enumerable.Range(0, 10), Dominant(1)[..10]);
        Assert.NotEqual(Dominant(1), Dominant(2));
    }

    [Fact]
    public void Shards_of_a_drawn_order_are_those_of_the_numbers_with_the_classes_named_anew()
    {
        var spec = NonIid(0.3, 5, 999);
        var drawn = Partition.Counts(spec with { Order = DominantOrder.Drawn }, 1, new int[10]);
        Assert.Equal(Partition.Counts(spec, 1, new int[10]).Select(Sorted), drawn.Select(Sorted));
        Assert.Equal(Enumerable.Range(0, 10), drawn.SelectMany(Large).Order());

        int[] Sorted(int[] counts) => [.. counts.Order()];
        IEnumerable<int> Large(int[] counts) => Enumerable.Range(0, 10).Where(label => counts[label] > 300);
    }

    [Fact]
    public void An_iid_client_sees_every_class_equally_often() =>
        Assert.Equal(Enumerable.Repeat(250, 10), Of(new(IidPartition.PartitionName, 1, 10, 2500), 4));

    [Theory]
    [InlineData(10, 0.1)]
    [InlineData(10, 0.2)]
    [InlineData(10, 0.3)]
    [InlineData(10, 0.5)]
    [InlineData(10, 1.0)]
    [InlineData(20, 0.2)]
    [InlineData(20, 0.3)]
    [InlineData(50, 0.2)]
    [InlineData(50, 0.3)]
    [InlineData(10, 0.2, DominantOrder.Drawn)]
    [InlineData(10, 0.3, DominantOrder.Drawn)]
    [InlineData(50, 0.3, DominantOrder.Drawn)]
    public void Every_test_class_sums_to_exactly_1000(int clients, double tau, DominantOrder order = DominantOrder.ByNumber)
    {
        var spec = NonIid(tau, clients, 10_000 / clients) with { Order = order };
        var all = Enumerable.Range(0, clients).Select(client => Of(spec, client)).ToArray();
        Assert.All(all, counts => Assert.Equal(spec.PerClient, counts.Sum()));
        Assert.Equal(Enumerable.Repeat(1000, 10), Enumerable.Range(0, 10).Select(label => all.Sum(counts => counts[label])));
    }

    [Fact]
    public void A_client_always_gets_as_many_pictures_as_asked_for() =>
        Gen.Select(Gen.Int[1, 60], Gen.Double[0.01, 1], Gen.Int[1, 3000]).Sample((clients, tau, perClient) =>
        {
            var counts = Of(NonIid(tau, clients, perClient), clients - 1);
            return counts.Sum() == perClient && counts.All(count => count >= 0);
        });

    [Theory]
    [InlineData(0.0)]
    [InlineData(-0.1)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Tau_outside_its_range_is_refused(double tau) =>
        Assert.Contains("tau lies in (0, 1]", Error(NonIid(tau, 10, 100)), StringComparison.Ordinal);

    [Fact]
    public void No_clients_are_refused() =>
        Assert.Equal("A partition over 0 clients: at least 1 is needed.", Error(NonIid(0.3, 0, 100)));

    [Fact]
    public void No_pictures_are_refused() =>
        Assert.Equal("A partition of 0 pictures a client: at least 1 is needed.", Error(NonIid(0.3, 10, 0)));

    /// <summary>Dominant classes of twenty clients.</summary>
    private static int[] Dominant(ulong seed) =>
        [.. Partition.Counts(NonIid(0.3, 20, 500) with { Order = DominantOrder.Drawn }, seed, new int[10]).Select(counts => Array.IndexOf(counts, counts.Max()))];

    private static PartitionSpec NonIid(double tau, int clients, int perClient) => new(NonIidPartition.PartitionName, tau, clients, perClient);

    private static int[] Of(PartitionSpec spec, int client) => Partition.Counts(spec, 0, new int[10])[client];

    private static string Error(PartitionSpec spec) => Assert.Throws<PartitionException>(() => Of(spec, 0)).Message;
}
