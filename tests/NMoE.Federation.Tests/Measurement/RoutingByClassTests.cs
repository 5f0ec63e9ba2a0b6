using System.Collections.Immutable;
using NMoE.Federation.Measurement;
using NMoE.Federation.Records;
using NMoE.Federation.References;

namespace NMoE.Federation.Tests.Measurement;

/// <summary>Measures of routing on tables small enough for arithmetic on paper.</summary>
public sealed class RoutingByClassTests
{
    /// <summary>Rows are classes. Each class to an expert of its own: both are log2 of their number. All alike: the class says nothing.</summary>
    [Theory]
    [InlineData("2 0 / 0 2", 1, 1, 0.5)]
    [InlineData("1 1 / 1 1", 1, 0, 0.5)]
    [InlineData("4 0 / 4 0", 0, 0, 1)]
    [InlineData("3 0 0 / 0 3 0 / 0 0 3", 1.584962500721156, 1.584962500721156, 1 / 3.0)]
    [InlineData("2 0 / 1 1", 0.811278124459133, 0.311278124459133, 0.75)] // H(3/4) = 0.8113; less the mean of 0 and 1 bit.
    [InlineData("0 0 / 1 3", 0.811278124459133, 0, 0.75)]
    public void Entropy_mutual_information_and_the_largest_share(string table, double entropy, double information, double largest)
    {
        var routing = new RoutingByClass(Table(table));
        Assert.Equal((entropy, information, largest), (Math.Round(routing.Entropy, 12), Math.Round(Math.Abs(routing.MutualInformation), 12), routing.LargestShare), Near);
    }

    [Fact]
    public void Samples_are_counted_by_class_and_expert()
    {
        var routing = RoutingByClass.Of([([0, 2], [1, 0]), ([0, 0], [1, 0])], 3, 2);
        Assert.Equal(["1 2", "0 0", "1 0"], routing.Counts.Select(row => string.Join(' ', row)));
        Assert.Equal([1 / 3.0, 2 / 3.0, 0, 0, 1, 0], routing.Shares.SelectMany(row => row));
    }

    /// <summary>Client 0 asks two experts a sample, client 1 one: of class 0 all three pairs went to expert 0, of class 1 one to expert 1 and one to expert 0.</summary>
    [Fact]
    public void Pairs_are_counted_where_a_sample_has_several_experts()
    {
        var routing = RoutingByClass.Of([([0, 1], [0, 0, 1, 0]), ([0], [0])], 2, 2);
        Assert.Equal(["3 0", "1 1"], routing.Counts.Select(row => string.Join(' ', row)));
        Assert.Throws<ArgumentOutOfRangeException>(() => RoutingByClass.Of([([0, 1], [0, 1, 1])], 2, 2));
    }

    /// <summary>H(3/4) = 0.811278124459 bits, less the mean of 0 and 1 bit; three quarters have gone to expert 0, and of two equal shares the lower number is named.</summary>
    [Theory]
    [InlineData("2 0 / 1 1", 0.811278, 0.311278, 0.75, 0)]
    [InlineData("1 1 / 1 1", 1, 0, 0.5, 0)]
    [InlineData("0 4 / 0 4", 0, 0, 1, 1)]
    public void A_pass_says_it_in_six_decimals(string table, double entropy, double information, double largest, int favourite)
    {
        var pass = new RoutingByClass(Table(table)).On(new PassRecord("fedgate", "iid", 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, []));
        Assert.Equal((entropy, information, largest, favourite), (pass.RoutingEntropy, pass.MutualInformation, pass.LargestShare, pass.Favourite));
        Assert.False(double.IsNegative(pass.MutualInformation!.Value));
    }

    /// <summary>Expert 1 is right on three of four samples. Clients 0 and 1 have 8 and 4 samples; of class 1 they have 3/8 and 2/4.</summary>
    [Fact]
    public void The_best_single_expert_and_the_specialists_of_the_classes()
    {
        ImmutableArray<ImmutableArray<int>> right = [[1, 0, 0, 0], [0, 1, 1, 1]];
        Assert.Equal(1, SingleExperts.Best(right));
        Assert.Equal(0, SingleExperts.Best([[1, 0], [0, 1]]));
        var specialists = SingleExperts.Specialists(Table("5 2 / 3 2"));
        Assert.Equal([0, 1], specialists.AsEnumerable());
        Assert.Equal([1, 0, 1, 1], SingleExperts.Right([0, 0, 1, 1], right).AsEnumerable());
    }

    private static bool Near((double, double, double) a, (double, double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9 && Math.Abs(a.Item3 - b.Item3) < 1e-9;

    private static ImmutableArray<ImmutableArray<int>> Table(string text) =>
        [.. text.Split('/').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => int.Parse(cell, System.Globalization.CultureInfo.InvariantCulture)).ToImmutableArray())];
}
