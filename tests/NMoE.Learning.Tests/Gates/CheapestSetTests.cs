using CsCheck;
using NMoE.Learning.Gates;

namespace NMoE.Learning.Tests.Gates;

/// <summary>The cheapest set that is relevant enough, against worked numbers and against all sets that there are.</summary>
public sealed class CheapestSetTests
{
    private static readonly double[] s_relevance = [.40, .25, .20, .10, .05];
    private static readonly double[] s_energy = [9, 4, 2, 1, .5];

    // Relevances of small whole parts and few different energies, so that ties and sums that just reach the requirement are common.
    private static readonly Gen<(double[] Relevance, double[] Energy, double Required, int Most)> s_cases =
        from experts in Gen.Int[1, 8]
        from parts in Gen.Int[0, 12].Array[experts]
        from energy in Gen.OneOf(Gen.Int[0, 6].Select(whole => (double)whole), Gen.Double[0, 9]).Array[experts]
        from required in Gen.Int[1, 100]
        from most in Gen.Int[1, experts]
        let all = (double)Math.Max(1, parts.Sum())
        select (parts.Select(part => part / all).ToArray(), energy, required / 100.0, most);

    /// <summary>By hand: with a requirement of .5 and two experts, the only pairs that reach it have expert 0, and {0, 3} is the cheapest of them with 10; of three {1, 2, 4} costs 6.5.</summary>
    [Theory]
    [InlineData(.5, 2, new[] { 0, 3 }, 10)]
    [InlineData(.5, 3, new[] { 1, 2, 4 }, 6.5)]
    [InlineData(.5, 5, new[] { 1, 2, 4 }, 6.5)]
    [InlineData(.65, 2, new[] { 0, 1 }, 13)]
    [InlineData(.65, 3, new[] { 0, 2, 4 }, 11.5)]
    [InlineData(.85, 3, new[] { 0, 1, 2 }, 15)]
    [InlineData(.3, 1, new[] { 0 }, 9)]
    [InlineData(.3, 2, new[] { 2, 3 }, 3)]
    [InlineData(.3, 5, new[] { 2, 3 }, 3)]
    public void Worked_requirements_have_the_sets_and_energies_of_paper(double required, int most, int[] expected, double energy)
    {
        var set = CheapestSet.Of(s_relevance, s_energy, required, most);
        Assert.True(set.Reaches);
        Assert.Equal(expected, set.Experts.AsEnumerable());
        Assert.Equal(energy, set.Experts.Sum(expert => s_energy[expert]));
    }

    [Fact]
    public void What_cannot_be_reached_is_left_to_the_most_relevant()
    {
        var set = CheapestSet.Of(s_relevance, s_energy, .5, 1);
        Assert.False(set.Reaches);
        Assert.Equal([0], set.Experts.AsEnumerable());
        Assert.Equal([0, 1], CheapestSet.Of(s_relevance, s_energy, .7, 2).Experts.AsEnumerable());
    }

    /// <summary>Experts 2, 3 and 4 whole reach .35, the missing .15 is .6 of expert 1: 3.5 + 2.4. For .65 all of expert 1, and .05 / .40 of expert 0: 7.5 + 1.125.</summary>
    [Theory]
    [InlineData(.5, 5.9)]
    [InlineData(.65, 8.625)]
    [InlineData(1, 16.5)]
    [InlineData(1.1, double.PositiveInfinity)]
    public void The_relaxation_may_take_a_part_of_an_expert(double required, double expected) => Assert.Equal(expected, CheapestSet.Bound(s_relevance, s_energy, required), 1e-9);

    [Fact]
    public void It_is_the_best_of_all_sets() => s_cases.Sample(
        drawn =>
        {
            var set = CheapestSet.Of(drawn.Relevance, drawn.Energy, drawn.Required, drawn.Most);
            var best = Enumerated(drawn.Relevance, drawn.Energy, drawn.Required, drawn.Most);
            Assert.Equal(best is not null, set.Reaches);
            if (best is null)
            {
                Assert.Equal(drawn.Relevance.OrderDescending().Take(set.Experts.Length), set.Experts.Select(expert => drawn.Relevance[expert]));
                return;
            }

            Assert.InRange(set.Experts.Length, 1, drawn.Most);
            Assert.True(set.Experts.Sum(expert => drawn.Relevance[expert]) >= drawn.Required - 1e-6);
            Assert.Equal(best.Value, set.Experts.Sum(expert => drawn.Energy[expert]), 1e-9);
            Assert.True(CheapestSet.Bound(drawn.Relevance, drawn.Energy, drawn.Required - 1e-6) <= best.Value + 1e-9);
        },
        iter: 3_000, threads: 1);

    /// <summary>A higher requirement costs no less, more experts cost no more, and what the k best reach costs no more than they do.</summary>
    [Fact]
    public void Energy_follows_the_requirement_and_the_number_of_experts() => s_cases.Sample(
        drawn =>
        {
            double Energy(double required, int most) => CheapestSet.Of(drawn.Relevance, drawn.Energy, required, most) is { Reaches: true } set
                ? set.Experts.Sum(expert => drawn.Energy[expert])
                : double.PositiveInfinity;
            Assert.True(Energy(drawn.Required, drawn.Most) <= Energy(drawn.Required + 0.05, drawn.Most) + 1e-9);
            Assert.True(Energy(drawn.Required, drawn.Most + 1) <= Energy(drawn.Required, drawn.Most) + 1e-9);
            int[] best = [.. Enumerable.Range(0, drawn.Relevance.Length).OrderByDescending(expert => drawn.Relevance[expert]).Take(drawn.Most)];
            var reached = best.Sum(expert => drawn.Relevance[expert]);
            Assert.True(Energy(reached, drawn.Most) <= best.Sum(expert => drawn.Energy[expert]) + 1e-9);
        },
        iter: 1_000, threads: 1);

    /// <summary>Nucleus routing: the fewest of the most relevant that reach it, ties to the lower number.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(0)]
    public void With_equal_energies_it_is_the_top_of_the_distribution(double energy) => s_cases.Sample(
        drawn =>
        {
            var order = Enumerable.Range(0, drawn.Relevance.Length).OrderByDescending(expert => drawn.Relevance[expert]).ThenBy(expert => expert).ToArray();
            var sum = 0.0;
            var nucleus = order.TakeWhile(expert =>
            {
                var missing = sum < drawn.Required - 1e-6;
                sum += drawn.Relevance[expert];
                return missing && drawn.Relevance[expert] > 0;
            }).ToArray();
            var set = CheapestSet.Of(drawn.Relevance, [.. drawn.Relevance.Select(_ => energy)], drawn.Required, drawn.Relevance.Length);
            if (set.Reaches)
            {
                Assert.Equal(nucleus, set.Experts.AsEnumerable());
            }
        },
        iter: 1_000, threads: 1);

    /// <summary>The requirement is what the D best sum up to: no other set of D reaches it.</summary>
    [Fact]
    public void What_the_best_reach_only_they_reach()
    {
        Assert.Equal([0, 1, 2], CheapestSet.Of(s_relevance, s_energy, .85, 3).Experts.AsEnumerable());
        Assert.Equal([0, 1], CheapestSet.Of(s_relevance, s_energy, .65, 2).Experts.AsEnumerable());
    }

    /// <summary>One, three single ones, three pairs and one of all three; and no more than the limit.</summary>
    [Fact]
    public void Steps_are_the_sets_that_there_are()
    {
        Assert.Equal((8, 7, 4), (CheapestSet.Steps(3, 3), CheapestSet.Steps(3, 2), CheapestSet.Steps(3, 1)));
        Assert.Equal(CheapestSet.MostSteps, CheapestSet.Steps(1000, 16));
    }

    private static double? Enumerated(double[] relevance, double[] energy, double required, int most)
    {
        double? best = null;
        for (var set = 1; set < 1 << relevance.Length; set++)
        {
            int[] members = [.. Enumerable.Range(0, relevance.Length).Where(expert => (set >> expert & 1) == 1)];
            if (members.Length <= most && members.Sum(expert => relevance[expert]) >= required - 1e-6)
            {
                var joules = members.Sum(expert => energy[expert]);
                best = best is { } known ? Math.Min(known, joules) : joules;
            }
        }

        return best;
    }
}
