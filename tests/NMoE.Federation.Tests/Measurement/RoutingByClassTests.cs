using System.Collections.Immutable;
using NMoE.Federation.Measurement;

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
        var routing = RoutingByClass.Of([0, 2, 0, 0], [1, 0, 1, 0], 3, 2);
        Assert.Equal(["1 2", "0 0", "1 0"], routing.Counts.Select(row => string.Join(' ', row)));
        Assert.Equal([1 / 3.0, 2 / 3.0, 0, 0, 1, 0], routing.Shares.SelectMany(row => row));
    }

    /// <summary>Expert 1 is right on three of four samples. Clients 0 and 1 have 8 and 4 samples; of class 1 they have 3/8 and 2/4.</summary>
    [Fact]
    public void The_best_single_expert_and_the_specialists_of_the_classes()
    {
        ImmutableArray<ImmutableArray<bool>> right = [[true, false, false, false], [false, true, true, true]];
        Assert.Equal((1, 0.75), SingleExperts.Best(right));
        var specialists = SingleExperts.Specialists(Table("5 2 / 3 2"));
        Assert.Equal([0, 1], specialists.AsEnumerable());
        Assert.Equal(0.75, SingleExperts.Accuracy(specialists, [0, 0, 1, 1], right));
    }

    private static bool Near((double, double, double) a, (double, double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9 && Math.Abs(a.Item3 - b.Item3) < 1e-9;

    private static ImmutableArray<ImmutableArray<int>> Table(string text) =>
        [.. text.Split('/').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => int.Parse(cell, System.Globalization.CultureInfo.InvariantCulture)).ToImmutableArray())];
}
