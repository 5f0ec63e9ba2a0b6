using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Experiments;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients, told whom the gate would send most to after each of its rounds; made-up results.</summary>
public sealed class FavouriteSpecs
{
    private readonly List<Job> _jobs = [];

    [Theory]
    [InlineData("gate.rounds=3", 3)]
    [InlineData("gate.method=discriminant", 1)]
    public void Each_round_of_the_gate_and_no_other_has_a_favourite(string set, int rounds)
    {
        var report = Run(set).Report;

        var told = report.Rounds.Where(round => round.Favourite is not null).ToArray();
        Assert.Equal(Enumerable.Range(1, rounds), told.Select(round => round.Round));
        Assert.All(told, round => Assert.Equal("gate", round.Stage));
        Assert.All(told, round => Assert.InRange(round.LargestShare!.Value, 1.0 / 3, 1));
        Assert.All(report.Rounds.Except(told), round => Assert.Null(round.LargestShare));
    }

    /// <summary>Three clients' IID shards, seen once for the pass and looked at by each round's gate; draws are nobody's, the gate being asked as it is.</summary>
    [Fact]
    public void Each_rounds_gate_is_asked_about_iid_shards_where_they_are_measured()
    {
        Run("gate.rounds=2", "inference.gates=[fedgate]", "inference.test-partitions=[same, iid]");

        var asked = _jobs.Where(job => job.Kind == RouteParameters.Kind && job.Seed == 0).ToArray();
        var served = _jobs.Where(job => job.Kind == RouteParameters.Kind && job.Seed != 0).ToArray();
        Assert.Equal((6, 2), (asked.Length, asked.Select(job => job.Inputs[1]).Distinct().Count()));
        Assert.Contains(served[0].Inputs[1], asked.Select(job => job.Inputs[1]));
        Assert.Equal(served[^3..].Select(job => job.Inputs[0]).ToHashSet(), [.. asked.Select(job => job.Inputs[0])]);
    }

    [Fact]
    public void The_world_does_not_see_it()
    {
        var with = Run("gate.rounds=2");
        var without = Run("gate.rounds=2", "evaluation.enabled=off");

        Assert.Equal((without.TraceHash, without.ModelHash, without.VirtualTime, without.Events), (with.TraceHash, with.ModelHash, with.VirtualTime, with.Events));
        Assert.DoesNotContain(without.Report.Rounds, round => round.Favourite is not null);
    }

    private Outcome Run(params string[] sets)
    {
        _jobs.Clear();
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return null;
        });
        return new Experiment(DeviceSpec.PlanOf(["extractor.rounds=1", .. sets]), executor, _ => { }).Run(CancellationToken.None);
    }
}
