using System.Collections.Immutable;
using NMoE.Cluster.Nodes;

namespace NMoE.Cluster.Tests.Nodes;

/// <summary>Who is downed, from what one node sees. Members are letters, the keeper is a.</summary>
public sealed class KeeperViewTests
{
    [Theory]
    // The coordinator downs whom it cannot reach, and stays, even alone.
    [InlineData("a", "bcd", "", "", "")]
    [InlineData("a", "bcd", "b", "", "b")]
    [InlineData("a", "bcd", "bcd", "", "bcd")]
    // A worker that cannot reach it goes, whoever else can, and downs nobody.
    [InlineData("b", "acd", "a", "", "b")]
    [InlineData("b", "acd", "a", "cd", "b")]
    [InlineData("b", "a", "a", "", "b")]
    [InlineData("b", "acd", "", "cd", "")]
    public void Of_a_runs_nodes_the_coordinator_and_who_reaches_it_stay(string self, string others, string unreachable, string missedBy, string downed) =>
        Assert.Equal(downed, Downed(SplitBrainRule.KeepCoordinator, self, others, unreachable, missedBy));

    [Theory]
    [InlineData("a", "bc", "", "", "")]
    [InlineData("a", "bc", "b", "b", "b")]
    // Two nodes: the oldest stays, for the other is no better.
    [InlineData("a", "b", "b", "", "b")]
    [InlineData("b", "a", "a", "", "b")]
    // Nobody reaches the oldest: the others go on without it, and it goes.
    [InlineData("a", "bc", "bc", "", "a")]
    [InlineData("b", "ac", "a", "c", "a")]
    [InlineData("c", "abd", "a", "bd", "a")]
    // Somebody else does, or cannot say: whoever does not goes.
    [InlineData("b", "ac", "a", "", "b")]
    [InlineData("b", "acd", "a", "c", "b")]
    [InlineData("b", "ac", "", "c", "")]
    // Two against two: the side without the oldest goes.
    [InlineData("a", "bcd", "cd", "cd", "cd")]
    [InlineData("c", "abd", "a", "d", "c")]
    public void Of_a_live_runs_nodes_the_oldest_and_who_reaches_it_stay_unless_nobody_does(string self, string others, string unreachable, string missedBy, string downed) =>
        Assert.Equal(downed, Downed(SplitBrainRule.KeepOldestLive, self, others, unreachable, missedBy));

    [Fact]
    public void A_cluster_without_a_keeper_downs_nobody()
    {
        var view = View("b", "cd", "cd", "b") with { Keeper = null };
        Assert.All(new[] { SplitBrainRule.KeepCoordinator, SplitBrainRule.KeepOldestLive }, rule => Assert.Empty(view.ToDown(rule)));
    }

    [Fact]
    public void Two_nodes_that_are_not_the_keeper_do_not_watch_each_other()
    {
        Assert.True(View("a", "bc", "", "").Watches("b"));
        Assert.True(View("b", "ac", "", "").Watches("a"));
        Assert.False(View("b", "ac", "", "").Watches("c"));
    }

    private static string Downed(SplitBrainRule rule, string self, string others, string unreachable, string missedBy) =>
        string.Concat(View(self, others, unreachable, missedBy).ToDown(rule));

    private static KeeperView View(string self, string others, string unreachable, string missedBy) => new(self, "a", Set(others), Set(unreachable), Set(missedBy));

    private static ImmutableSortedSet<string> Set(string letters) => [.. letters.Select(letter => letter.ToString())];
}
