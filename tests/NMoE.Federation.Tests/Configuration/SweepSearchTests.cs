using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;

namespace NMoE.Federation.Tests.Configuration;

/// <summary>Which combinations of a sweep run, and until when.</summary>
public sealed class SweepSearchTests
{
    private const string Quick = "experiment.name = q\nextractor.rounds = 16\n";
    private const string Eight = "extractor.batch=1..8";

    /// <summary>By hand; the second to fourth rows are a bracket each of Table 1 of Li et al. (2018), for R = 81 and eta = 3.</summary>
    [Theory]
    [InlineData(16, 4, null, 16, "1:4 4:1")]
    [InlineData(81, 3, null, 81, "1:27 3:9 9:3 27:1")]
    [InlineData(27, 3, null, 81, "3:9 9:3 27:1")]
    [InlineData(9, 3, null, 81, "9:3 27:1")]
    [InlineData(16, 2, null, 16, "1:8 2:4 4:2 8:1")]
    [InlineData(16, 4, null, 30, "2:4 8:1")]
    [InlineData(20, 3, null, 90, "10:6 30:2")]
    [InlineData(16, 4, 5, 30, "5:4 20:1")]
    [InlineData(16, 4, null, 3, "")]
    [InlineData(3, 4, 2, 30, "2:1")]
    [InlineData(1, 4, 2, 30, "")]
    public void Rungs_are_eta_times_as_many_rounds_apart_and_one_in_eta_stays(int combinations, int eta, int? first, int rounds, string rungs) =>
        Assert.Equal(rungs, string.Join(' ', new SweepHalving(HalvingMeasure.Accuracy, eta, first, rounds).Rungs(combinations).Select(rung => FormattableString.Invariant($"{rung.Round}:{rung.Stay}"))));

    [Fact]
    public void A_grid_is_neither_drawn_from_nor_stopped()
    {
        Assert.Null(Read("grid", Eight).Halving);
        Assert.Equal(Read(null, Eight).Hash, Read("grid", Eight).Hash);
    }

    /// <summary>A result of some experiments is not taken for one of all, and is not put aside for it.</summary>
    [Fact]
    public void Each_way_to_stop_experiments_early_makes_a_sweep_of_its_own()
    {
        string[] searches = ["grid", "halving", "halving\nsweep.halving.eta = 2", "halving\nsweep.halving.measure = loss"];
        Assert.Equal(searches.Length, searches.Select(search => Read(search, Eight).Hash).Distinct().Count());
    }

    [Fact]
    public void Halving_is_asked_for_by_name_and_measure()
    {
        Assert.Equal(new SweepHalving(HalvingMeasure.Accuracy, 4, null, 16), Read("halving", Eight).Halving);
        Assert.Equal(new SweepHalving(HalvingMeasure.Loss, 2, 3, 16), Read("halving\nsweep.halving { measure = loss, eta = 2, first-round = 3 }", Eight).Halving);
        Assert.Null(Read("grid\nsweep.halving.eta = 2", Eight).Halving);
    }

    [Fact]
    public void Drawn_ones_are_as_many_in_the_order_of_all_with_all_their_repeats_and_others_with_another_seed()
    {
        var all = Read(null, Eight, "seed=1..3").Points.Select(Name).ToList();
        var drawn = Read("random 3", Eight, "seed=1..3");

        Assert.Equal(9, drawn.Points.Length);
        Assert.Equal(drawn.Points.Select(Name), drawn.Points.Select(Name).OrderBy(all.IndexOf));
        Assert.All(drawn.Points.GroupBy(point => point.Labels[0]), cell => Assert.Equal(3, cell.Count()));
        Assert.Equal(drawn.Hash, Read("random 3", Eight, "seed=1..3").Hash);
        Assert.True(Enumerable.Range(1, 6).Select(seed => string.Join(' ', Read(FormattableString.Invariant($"random 3\nseed = {seed}"), Eight).Points.Select(Name))).Distinct().Count() > 1);
        var both = Read("[random 3, halving]", Eight);
        Assert.Equal((3, true), (both.Points.Length, both.Halving is not null));
    }

    [Theory]
    [InlineData("best", "'best' is no search", "Write grid, random N, halving or [random N, halving]")]
    [InlineData("[halving, random 3]", "[halving, random 3] is no search", "Write grid")]
    [InlineData("random", "'random' is no search", "Write grid")]
    [InlineData("random 8", "'random 8' draws no part of 8 combinations", "grid runs all")]
    [InlineData("random 0", "'random 0' draws no part of 8 combinations", "grid runs all")]
    [InlineData("random some", "'random some' draws no part of 8 combinations", "grid runs all")]
    [InlineData("halving\nsweep.halving.measure = f1", "'f1' is nothing that experiments are compared by", "Write accuracy")]
    [InlineData("halving\nsweep.halving.eta = 1", "'1' is not possible", "Write a whole number in 2..1000")]
    [InlineData("halving\nsweep.halving.first-round = 16", "sweep.halving.first-round is 16, and stage 1 has 16 rounds", "Write fewer")]
    [InlineData("halving\nsweep.halving.ladder = 1", "a sweep has no such key", "sweep.halving { measure, eta, first-round }")]
    public void What_cannot_be_searched_is_refused(string search, string problem, string remedy)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(search, Eight));
        Assert.Equal(problem, refused.Problem);
        Assert.Contains(remedy, refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Experiments_of_other_rounds_are_not_compared() =>
        Assert.Contains("extractor.rounds is 4 and 8", Assert.Throws<ConfigurationException>(() => Read("halving", "extractor.rounds=4,8")).Message, StringComparison.Ordinal);

    [Fact]
    public void How_a_sweep_is_run_can_be_overridden()
    {
        var plan = SweepReader.Read("q.conf", ["sweep.search=halving", "sweep.halving.eta=3", "sweep.parallel=2"], [Eight], _ => Quick + "sweep.search = grid");
        Assert.Equal((3, 2), (plan.Halving!.Eta, plan.Parallel));
        Assert.Null(SweepReader.Read("q.conf", ["sweep.parallel=auto"], [Eight], _ => Quick).Parallel);
        Assert.Contains("Write auto or 1..1024", Assert.Throws<ConfigurationException>(() => SweepReader.Read("q.conf", ["sweep.parallel=0"], [Eight], _ => Quick)).Message, StringComparison.Ordinal);
    }

    private static string Name(SweepPoint point) => string.Join('/', point.Labels);

    private static SweepPlan Read(string? search, params string[] axes) => SweepReader.Read("q.conf", [], axes, _ => Quick + (search is null ? "" : "sweep.search = " + search));
}
