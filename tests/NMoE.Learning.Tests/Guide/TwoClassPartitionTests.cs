using NMoE.Learning.Partitions;

namespace NMoE.Learning.Tests.Guide;

/// <summary>The guide's partition is the one in its text, and does what the text says.</summary>
public sealed class TwoClassPartitionTests
{
    /// <summary>Five pictures of two classes: three and two; after the last class comes the first again.</summary>
    [Fact]
    public void Each_client_has_two_classes_and_the_classes_go_round() => Assert.Equal(
        [[3, 2, 0, 0], [0, 0, 3, 2], [3, 2, 0, 0]], Counts(new TwoClassPartition(), clients: 3, perClient: 5, classes: 4));

    [Fact]
    public void One_shard_has_one_key_whatever_the_settings_say_that_it_does_not_read()
    {
        IPartition partition = new TwoClassPartition();
        var plain = new PartitionSpec("two-class", 1, 3, 5) { Overlap = Overlap.Allowed };
        Assert.Equal(plain, partition.Read(plain with { Tau = 0.3, Alpha = 7, Dominant = DominantRule.OneMinusTau, Order = DominantOrder.Drawn, Count = CountRule.DominantFixed }));
    }

    [Fact]
    public void The_guide_prints_the_partition_that_is_tested()
    {
        var guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "extend.md"));
        var code = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "TwoClassPartition.cs"));
        var body = code[code.IndexOf("public sealed class", StringComparison.Ordinal)..].Trim();
        Assert.Contains(body.Replace("\r\n", "\n", StringComparison.Ordinal), guide.Replace("\r\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(3, 1)]
    public void A_partition_that_counts_wrongly_is_found_before_anything_is_dealt(int pictures, int classes)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Counts(new Fixed(pictures, 4 + classes), clients: 3, perClient: 3, classes: 4));
        Assert.Contains("The partition 'fixed' must count 4 classes for each of 3 clients, 3 pictures a client; it does not for client 0.", error.Message, StringComparison.Ordinal);
    }

    private static int[][] Counts(IPartition partition, int clients, int perClient, int classes) =>
        Partition.Counts(partition, new PartitionSpec(partition.Name, 1, clients, perClient), 1, new int[classes]);

    private sealed class Fixed(int pictures, int classes) : IPartition
    {
        public string Name => "fixed";

        public int[][] Counts(PartitionSpec spec, ulong seed, int[] available) =>
            [.. Enumerable.Range(0, spec.Clients).Select(_ => Enumerable.Range(0, classes).Select(label => label == 0 ? pictures : 0).ToArray())];
    }
}
